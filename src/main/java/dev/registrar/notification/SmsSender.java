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

    /** What this provider promises; does not change while the process runs. */
    default MessageGuarantees guarantees() {
        return MessageGuarantees.NONE;
    }

    /** Sends under {@code sms:<id>[:resend:<n>]}. */
    MessageReceipt send(WelcomeSms message, CallLimit limit);

    /**
     * The message, if the provider has taken it over; only of a provider that {@link MessageGuarantees#finds finds}. Empty is one
     * answer and no proof: the provider may show it later.
     *
     * @param notBefore the message was not sent before
     * @throws dev.registrar.model.UnavailableException no answer
     * @throws dev.registrar.model.RejectedException the provider had it, and it failed
     */
    default Optional<MessageReceipt> find(WelcomeSms message, Instant notBefore) {
        throw new UnavailableException(Step.SMS, "sms find: the provider does not find");
    }
}
