package dev.registrar.payment;

import dev.registrar.model.Origin;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.ProcessPayment;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

public class ChargingWorkflowImpl implements ChargingWorkflow {

    private static final RetryOptions ONCE =
            RetryOptions.newBuilder().setMaximumAttempts(1).build();

    @Override
    public PaymentResult charge(boolean local, ProcessPayment payment) {
        PaymentService service = local
                ? Workflow.newLocalActivityStub(
                        PaymentService.class,
                        LocalActivityOptions.newBuilder()
                                .setStartToCloseTimeout(Duration.ofSeconds(5))
                                .setRetryOptions(ONCE)
                                .build())
                : Workflow.newActivityStub(
                        PaymentService.class,
                        ActivityOptions.newBuilder()
                                .setStartToCloseTimeout(Duration.ofSeconds(5))
                                .setRetryOptions(ONCE)
                                .build());
        Origin origin = payment.origin();
        String run = origin.originalRunId().equals(OWN_RUN)
                ? Workflow.getInfo().getOriginalExecutionRunId()
                : origin.originalRunId();
        return service.processPayment(new ProcessPayment(
                payment.registrationId(),
                payment.payment(),
                new Origin(run, origin.run()),
                payment.keyExpiresAt(),
                null));
    }
}
