package dev.registrar.bench;

import dev.registrar.bench.SequentialSteps.PaidUser;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** One step after the other, each a regular activity with the specification's options. */
public final class SequentialWorkflowImpl implements SequentialWorkflow {

    private final SequentialSteps external = Workflow.newActivityStub(
            SequentialSteps.class,
            options(Duration.ofMinutes(5), Duration.ofSeconds(2), Duration.ofMinutes(1), 2.0, 5));

    private final SequentialSteps internal = Workflow.newActivityStub(
            SequentialSteps.class,
            options(Duration.ofMinutes(2), Duration.ofSeconds(1), Duration.ofSeconds(30), 1.5, 3));

    @Override
    public void register(NewUser user) {
        external.createUserProfile(user);
        String transactionId = external.processPayment(user);
        internal.saveUserData(new PaidUser(user, transactionId));
        internal.sendWelcomeEmail(user);
    }

    private static ActivityOptions options(
            Duration startToClose, Duration firstInterval, Duration longestInterval, double factor, int attempts) {
        return ActivityOptions.newBuilder()
                .setStartToCloseTimeout(startToClose)
                .setRetryOptions(RetryOptions.newBuilder()
                        .setInitialInterval(firstInterval)
                        .setMaximumInterval(longestInterval)
                        .setBackoffCoefficient(factor)
                        .setMaximumAttempts(attempts)
                        .build())
                .build();
    }
}
