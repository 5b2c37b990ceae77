package dev.registrar.notification;

import dev.registrar.model.CallLimit;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;

/** Port to the e-mail provider; throws the three kinds of {@link dev.registrar.model.CallException}. Thread-safe. */
public interface EmailSender {

    /** Sends under {@code email:<id>[:resend:<n>]}. */
    MessageReceipt send(WelcomeEmail message, CallLimit limit);
}
