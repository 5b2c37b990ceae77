package dev.registrar.store;

import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a resend is: fixed when it is first asked for, so that the same n is the same message.
 *
 * @param profile the user's data with all corrections so far
 * @param corrected the channels whose address this resend corrected; then profile and account are updated first
 * @param channels which messages are sent
 * @param emailTemplate name and version of the text
 * @param smsTemplate name and version of the text
 * @param transactionId the payment behind the account
 */
public record ResendData(
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
}
