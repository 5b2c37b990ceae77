package dev.registrar.notification;

import dev.registrar.model.CallLimit;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import java.time.Duration;

/** Port to the e-mail provider; throws the three kinds of {@link dev.registrar.model.CallException}. Thread-safe. */
public interface EmailSender {

    /** What this provider promises; does not change while the process runs. */
    default MessageGuarantees guarantees() {
        return MessageGuarantees.NONE;
    }

    /** Sends under {@code email:<id>[:resend:<n>]}. */
    MessageReceipt send(WelcomeEmail message, CallLimit limit);

    /**
     * What a messenger promises.
     *
     * @param dedupesFor for how long the same key sends one message; zero: a message whose outcome is unknown must not be
     *     sent again
     */
    public record MessageGuarantees(Duration dedupesFor) {

        public static final MessageGuarantees NONE = new MessageGuarantees(Duration.ZERO);

        public boolean dedupes() {
            return !dedupesFor.isZero();
        }
    }
}
