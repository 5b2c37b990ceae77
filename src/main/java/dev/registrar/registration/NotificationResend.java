package dev.registrar.registration;

import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.ResendData;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/** One resend of a registration's welcome messages, {@code notification-resend-<id>-<n>}. */
@WorkflowInterface
public interface NotificationResend {

    /** The workflow id of a resend. */
    static String id(RegistrationId registrationId, int n) {
        return "notification-resend-" + registrationId + "-" + n;
    }

    @WorkflowMethod
    void resend(ResendInput input);

    /** @param steps what is to be done, in order; what an earlier run of the same resend did is left out */
    record ResendInput(RegistrationId registrationId, int n, ResendData data, List<Step> steps, Policies policies) {}
}
