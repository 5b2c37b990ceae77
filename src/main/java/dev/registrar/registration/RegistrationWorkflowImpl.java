package dev.registrar.registration;

import dev.registrar.call.CallFailure;
import dev.registrar.call.DetachedScope;
import dev.registrar.model.Origin;
import dev.registrar.registration.ForwardOutcome.TurnBackException;
import dev.registrar.registration.RegistrationWorkflow.RegistrationResult;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.RegistrationRecords.OutcomeAnswer;
import dev.registrar.store.RegistrationRecords.Standing;
import dev.registrar.store.RegistrationStatus;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import org.jspecify.annotations.Nullable;

/** The saga. Read {@link #goForward()}, then {@link Unwinding}, then {@link Attendance}. */
public final class RegistrationWorkflowImpl implements RegistrationWorkflow {

    private final RegistrationInput input;
    private final StepTracker tracker;
    private final RunInbox inbox;
    private final CriticalSteps critical;
    private final WelcomeSteps welcome;
    private final OutcomeRecorder outcome;
    private @Nullable CancellationScope forward;
    private boolean rung;
    private boolean listening;

    @WorkflowInit
    public RegistrationWorkflowImpl(RegistrationInput input) {
        Origin origin = new Origin(Workflow.getInfo().getOriginalExecutionRunId(), input.run());
        this.input = input;
        // Neither awaited nor cancellable: otherwise the row would keep showing a wait that is over.
        this.tracker = new StepTracker(
                input,
                progress ->
                        DetachedScope.run(() -> Async.procedure(OutcomeRecorder.durable()::recordProgress, progress)));
        this.inbox = new RunInbox(input, tracker);
        this.critical = new CriticalSteps(input, tracker, origin);
        this.welcome = new WelcomeSteps(input, tracker, origin);
        this.outcome = new OutcomeRecorder(input, tracker);
    }

    @Override
    public RegistrationResult register(RegistrationInput unused) {
        try {
            RegistrationStatus end =
                    input.run() == 1 ? firstRun() : attendance().run();
            tracker.status(end);
            return new RegistrationResult(end);
        } catch (ActivityFailure e) {
            if (CallFailure.isStaleRun(e)) {
                return new RegistrationResult(RegistrationStatus.RUNNING);
            }
            throw e;
        }
    }

    /** A healthy registration ends here, without reading the inbox and with one statement for its end. */
    private RegistrationStatus firstRun() {
        ForwardOutcome turned = forward();
        if (turned == ForwardOutcome.ENDED && inbox.seen() == 0) {
            return RegistrationStatus.COMPLETED;
        }
        Attendance attendance = attendance();
        if (turned.turnsBack()) {
            DetachedScope.run(() -> {
                attendance.turnBack(turned);
                return turned;
            });
        }
        return attendance.run();
    }

    private Attendance attendance() {
        return new Attendance(input, tracker, inbox, new Unwinding(input, tracker, critical), this::goOn);
    }

    /** A later run continues forward from the state in the row. */
    private ForwardOutcome goOn(Standing row) {
        PaymentResolution resolution = row.resolution();
        boolean cancelled = row.intendedEnd() == RegistrationStatus.CANCELLED;
        if (resolution != null) {
            critical.resolved(resolution);
            if (cancelled || resolution.outcome() != PaymentResolution.Outcome.CHARGED) {
                return cancelled ? ForwardOutcome.CANCELLED : ForwardOutcome.FAILED;
            }
        }
        return cancelled ? ForwardOutcome.CANCELLED : forward();
    }

    private ForwardOutcome forward() {
        ForwardOutcome[] turned = {ForwardOutcome.CANCELLED};
        CancellationScope scope = Workflow.newCancellationScope(() -> turned[0] = goForward());
        forward = scope;
        listen();
        scope.run();
        return turned[0];
    }

    /**
     * Reads the inbox if there was a ring; a cancel in it cancels the forward steps. Its thread exists only from a ring to
     * the answer: one that waited for it would be woken at each step.
     */
    private void listen() {
        CancellationScope scope = forward;
        if (scope == null || !rung || listening) {
            return;
        }
        listening = true;
        DetachedScope.run(() -> Async.procedure(() -> {
            while (rung && !inbox.cancelled()) {
                rung = false;
                inbox.receive();
            }
            listening = false;
            if (inbox.cancelled()) {
                scope.cancel();
            }
        }));
    }

    private ForwardOutcome goForward() {
        try {
            CancellationScope.throwCanceled();
            critical.createProfile();
            CancellationScope.throwCanceled();
            critical.charge();
            CancellationScope.throwCanceled();
            welcome.run();
            return complete();
        } catch (TurnBackException e) {
            return e.outcome();
        } catch (CanceledFailure e) {
            return ForwardOutcome.CANCELLED;
        }
    }

    /** The row decides between the end and a command: exactly one of COMPLETED and a cancel wins. */
    private ForwardOutcome complete() {
        return DetachedScope.run(() -> {
            while (true) {
                OutcomeAnswer answer = outcome.completed(inbox.seen());
                if (answer.status().ended()) {
                    return ForwardOutcome.ENDED;
                }
                if (answer.undoBegun()) {
                    return ForwardOutcome.UNDO_BEGUN;
                }
                inbox.receive();
                if (inbox.cancelled()) {
                    return ForwardOutcome.CANCELLED;
                }
                if (inbox.blocked()) {
                    return ForwardOutcome.BLOCKED;
                }
            }
        });
    }

    @Override
    public void ring() {
        rung = true;
        listen();
    }

    @Override
    public RegistrationProgress progress() {
        return tracker.progress();
    }
}
