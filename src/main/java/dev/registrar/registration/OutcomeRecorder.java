package dev.registrar.registration;

import dev.registrar.call.LocalAttempts;
import dev.registrar.call.PatientCall;
import dev.registrar.store.RegistrationRecords;
import dev.registrar.store.RegistrationRecords.Outcome;
import dev.registrar.store.RegistrationRecords.OutcomeAnswer;
import dev.registrar.store.RegistrationStatus;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** Writes the end of a registration, and goes on trying until it is written. Workflow code. */
final class OutcomeRecorder {

    private final RegistrationInput input;
    private final StepTracker tracker;

    OutcomeRecorder(RegistrationInput input, StepTracker tracker) {
        this.input = input;
        this.tracker = tracker;
    }

    /** The records' activities, durable and tried without end. */
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

    /** The happy end: one local attempt, so that a healthy registration takes one workflow task. */
    OutcomeAnswer completed() {
        Outcome outcome = outcome(RegistrationStatus.COMPLETED);
        try {
            return Workflow.newLocalActivityStub(
                            RegistrationRecords.class,
                            LocalActivityOptions.newBuilder()
                                    .setStartToCloseTimeout(LocalAttempts.START_TO_CLOSE)
                                    .setRetryOptions(RetryOptions.newBuilder()
                                            .setMaximumAttempts(1)
                                            .build())
                                    .build())
                    .recordOutcome(outcome);
        } catch (ActivityFailure e) {
            return durable().recordOutcome(outcome);
        }
    }

    /** Every other end. */
    OutcomeAnswer ended(RegistrationStatus status) {
        return durable().recordOutcome(outcome(status));
    }

    private Outcome outcome(RegistrationStatus status) {
        return new Outcome(input.registrationId(), status, tracker.reports(), tracker.errors(), StepTracker.now());
    }
}
