package dev.registrar.payment;

import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.ProcessPayment;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Charges once inside a workflow, because only there does an activity know its run. */
@WorkflowInterface
public interface ChargingWorkflow {

    /** A run id that means the workflow's own. */
    String OWN_RUN = "own";

    @WorkflowMethod
    PaymentResult charge(boolean local, ProcessPayment payment);
}
