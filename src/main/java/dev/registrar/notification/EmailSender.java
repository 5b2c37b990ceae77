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
     * @param finds whether a message that was sent is found, so that a second send can be decided on
     * @param resends whether the configuration prefers a second message to none: one of unknown outcome is sent again although
     *     nothing keeps it from being sent twice
     */
    public record MessageGuarantees(Duration dedupesFor, boolean finds, boolean resends) {

        public static final MessageGuarantees NONE = new MessageGuarantees(Duration.ZERO);

        /** Neither finds nor resends. */
        public MessageGuarantees(Duration dedupesFor) {
            this(dedupesFor, false, false);
        }

        public boolean dedupes() {
            return !dedupesFor.isZero();
        }

        /** Whether a message may be sent again by nothing more than another attempt. */
        public boolean repeatable() {
            return dedupes() || resends;
        }
    }
}
