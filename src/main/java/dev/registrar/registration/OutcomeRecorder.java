package dev.registrar.registration;

import dev.registrar.call.LocalFirst;
import dev.registrar.call.PatientCall;
import dev.registrar.store.RegistrationRecords;
import dev.registrar.store.RegistrationRecords.Outcome;
import dev.registrar.store.RegistrationRecords.OutcomeAnswer;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.function.Function;

/** Writes COMPLETED, and retries until the row has answered. Workflow code. */
final class OutcomeRecorder {

    private final RegistrationInput input;
    private final StepTracker tracker;

    OutcomeRecorder(RegistrationInput input, StepTracker tracker) {
        this.input = input;
        this.tracker = tracker;
    }

    /** The row's activities, durable and retried without end. */
    static RegistrationRecords durable() {
        return Workflow.newActivityStub(
                RegistrationRecords.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(30))
                        .setHeartbeatTimeout(PatientCall.HEARTBEAT)
                        .setRetryOptions(RetryOptions.newBuilder()
                                .setInitialInterval(Duration.ofSeconds(1))
                                .setMaximumInterval(Duration.ofSeconds(30))
                                .build())
                        .build());
    }

    /** One local attempt first: what a run without difficulties needs. */
    static <R> R localFirst(Function<RegistrationRecords, R> call) {
        return LocalFirst.call(RegistrationRecords.class, durable(), call);
    }

    /**
     * Local first, so that a healthy registration takes one workflow task.
     *
     * @param appliedSeq the last command that was applied
     */
    OutcomeAnswer completed(int appliedSeq) {
        Outcome outcome = new Outcome(
                input.registrationId(),
                input.run(),
                appliedSeq,
                tracker.reports(),
                tracker.errors(),
                StepTracker.now());
        return localFirst(records -> records.recordOutcome(outcome));
    }
}
