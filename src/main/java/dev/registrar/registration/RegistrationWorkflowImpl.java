package dev.registrar.registration;

import dev.registrar.call.DetachedScope;
import dev.registrar.model.Origin;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.RegistrationRecords.OutcomeAnswer;
import dev.registrar.store.RegistrationStatus;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;

/** The saga. Read {@link #goForward()} and then {@link Unwinding}. */
public final class RegistrationWorkflowImpl implements RegistrationWorkflow {

    private final RegistrationInput input;
    private final StepTracker tracker;
    private final CriticalSteps critical;
    private final WelcomeSteps welcome;
    private final OutcomeRecorder outcome;
    private Turn turn = Turn.CANCELLED;
    private final CancellationScope forward;

    @WorkflowInit
    public RegistrationWorkflowImpl(RegistrationInput input) {
        Origin origin = new Origin(Workflow.getInfo().getOriginalExecutionRunId(), input.sweep());
        this.input = input;
        // Not waited for, and not stopped by a cancel: the row would go on saying what is waited for.
        this.tracker = new StepTracker(
                input,
                progress ->
                        DetachedScope.run(() -> Async.procedure(OutcomeRecorder.durable()::recordProgress, progress)));
        this.critical = new CriticalSteps(input, tracker, origin);
        this.welcome = new WelcomeSteps(input, tracker, origin);
        this.outcome = new OutcomeRecorder(input, tracker);
        this.forward = Workflow.newCancellationScope(() -> turn = goForward());
    }

    @Override
    public RegistrationResult register(RegistrationInput unused) {
        if (input.cancelRequested()) {
            forward.cancel();
        }
        forward.run();
        RegistrationStatus end = DetachedScope.run(() -> new Unwinding(input, tracker, critical, outcome).run(turn));
        tracker.status(end);
        return new RegistrationResult(end);
    }

    private Turn goForward() {
        if (input.undoBegun()) {
            return Turn.UNDO_BEGUN;
        }
        try {
            CancellationScope.throwCanceled();
            PaymentResolution resolution = input.resolution();
            if (resolution != null && resolution.outcome() != PaymentResolution.Outcome.CHARGED) {
                return new Turn(Turn.Kind.BACK, resolution.intendedEnd());
            }
            critical.createProfile();
            CancellationScope.throwCanceled();
            critical.charge();
            CancellationScope.throwCanceled();
            welcome.run();
            return complete();
        } catch (TurnBackException e) {
            return e.turn();
        } catch (CanceledFailure e) {
            return Turn.CANCELLED;
        }
    }

    /** The row decides between the end and a cancel: exactly one of them wins. */
    private Turn complete() {
        OutcomeAnswer answer = DetachedScope.run(outcome::completed);
        if (answer.status().ended()) {
            return Turn.ended(answer.status());
        }
        return answer.undoBegun() ? Turn.UNDO_BEGUN : Turn.CANCELLED;
    }

    @Override
    public void cancel() {
        forward.cancel();
    }

    @Override
    public RegistrationProgress progress() {
        return tracker.progress();
    }
}
