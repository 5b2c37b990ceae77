package dev.registrar.notification;

import dev.registrar.model.CallLimit;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeSms;
import java.time.Instant;
import java.util.Optional;

/** Port to the SMS provider; throws the three kinds of {@link dev.registrar.model.CallException}. Thread-safe. */
public interface SmsSender {

    /** The provider's promises, constant while the process runs. */
    default MessageGuarantees guarantees() {
        return MessageGuarantees.NONE;
    }

    /** Sends under {@code sms:<id>[:resend:<n>]}. */
    MessageReceipt send(WelcomeSms message, CallLimit limit);

    /**
     * The message, if the provider has accepted it; only for a provider that {@link MessageGuarantees#finds finds}. An
     * empty answer is no proof: the provider may show it later.
     *
     * @param notBefore the message was not sent before
     * @throws dev.registrar.model.UnavailableException no answer
     * @throws dev.registrar.model.RejectedException the provider had it, and it failed
     */
    default Optional<MessageReceipt> find(WelcomeSms message, Instant notBefore) {
        throw new UnavailableException(Step.SMS, "sms find: the provider does not find");
    }
}
