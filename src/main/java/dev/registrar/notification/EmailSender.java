package dev.registrar.notification;

import dev.registrar.model.CallLimit;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;

/** Port to the e-mail provider; throws the three kinds of {@link dev.registrar.model.CallException}. Thread-safe. */
public interface EmailSender {

    /** What this provider promises; does not change while the process runs. */
    default MessageGuarantees guarantees() {
        return MessageGuarantees.NONE;
    }

    /** Sends under {@code email:<id>[:resend:<n>]}. */
    MessageReceipt send(WelcomeEmail message, CallLimit limit);
}
