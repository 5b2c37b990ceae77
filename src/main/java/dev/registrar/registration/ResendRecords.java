package dev.registrar.registration;

import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.store.RegistrationRecords.CommandOf;
import dev.registrar.store.StepStatus;
import io.temporal.activity.ActivityInterface;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The activity with which a run reads what to resend. */
@ActivityInterface
public interface ResendRecords {

    /** @throws dev.registrar.model.RejectedException if the command cannot be read, now or later */
    ResendOrder resendOrder(CommandOf request);

    /**
     * The content of a resend, fixed when it is first requested, so that the same n is the same message.
     *
     * @param profile the user's data with all corrections so far
     * @param corrected the channels whose address this resend corrected, and {@link Step#PROFILE} for the locale; then
     *     profile and account are updated first
     * @param channels which messages are sent
     * @param emailTemplate name and version of the text
     * @param smsTemplate name and version of the text
     * @param transactionId the payment behind the account
     */
    record ResendData(
            UserProfile profile,
            List<Step> corrected,
            List<Step> channels,
            String emailTemplate,
            String smsTemplate,
            @Nullable String transactionId) {

        public ResendData {
            corrected = List.copyOf(corrected);
            channels = List.copyOf(channels);
        }

        /** All steps of the resend, in order. */
        List<Step> steps() {
            List<Step> all = new ArrayList<>();
            if (!corrected.isEmpty()) {
                all.add(Step.PROFILE);
                all.add(Step.DATABASE);
            }
            all.addAll(channels);
            return all;
        }
    }

    /** How one step of a resend ended. */
    record ResendStep(
            Step name,
            StepStatus status,
            @Nullable String reference,
            @Nullable String errorCode) {

        public boolean succeeded() {
            return status == StepStatus.SUCCEEDED;
        }
    }

    /**
     * @param done steps of earlier commands of the same resend that succeeded
     * @param left what is to be done, in order
     */
    record ResendOrder(int n, ResendData data, List<ResendStep> done, List<Step> left) {}
}
