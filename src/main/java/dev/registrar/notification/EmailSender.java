package dev.registrar.notification;

import dev.registrar.model.CallLimit;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import java.time.Duration;

/** Port to the e-mail provider; throws the three kinds of {@link dev.registrar.model.CallException}. Thread-safe. */
public interface EmailSender {

    /** The provider's promises, constant while the process runs. */
    default MessageGuarantees guarantees() {
        return MessageGuarantees.NONE;
    }

    /** Sends under {@code email:<id>[:resend:<n>]}. */
    MessageReceipt send(WelcomeEmail message, CallLimit limit);

    /**
     * The promises of a message provider.
     *
     * @param dedupesFor for how long the same key sends one message; zero: a message whose outcome is unknown must not
     *     be sent again
     * @param finds whether a sent message can be looked up, to decide on a second send
     * @param resends whether the configuration prefers a second message to none: one of unknown outcome is sent again,
     *     although it may then arrive twice
     */
    public record MessageGuarantees(Duration dedupesFor, boolean finds, boolean resends) {

        public static final MessageGuarantees NONE = new MessageGuarantees(Duration.ZERO);

        /** Guarantees of a provider that neither finds nor resends. */
        public MessageGuarantees(Duration dedupesFor) {
            this(dedupesFor, false, false);
        }

        public boolean dedupes() {
            return !dedupesFor.isZero();
        }

        /** Whether a message may simply be sent again by another attempt. */
        public boolean repeatable() {
            return dedupes() || resends;
        }
    }
}
