package dev.registrar.payment;

import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.ProcessPayment;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Charges once, as the run that it is: only inside a workflow does an activity know its run. */
@WorkflowInterface
public interface ChargingWorkflow {

    /** The run id that stands for the workflow's own. */
    String OWN_RUN = "own";

    @WorkflowMethod
    PaymentResult charge(boolean local, ProcessPayment payment);
}
