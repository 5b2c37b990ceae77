package dev.registrar.notification;

import dev.registrar.model.CallLimit;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeSms;

/** Port to the SMS provider; throws the three kinds of {@link dev.registrar.model.CallException}. Thread-safe. */
public interface SmsSender {

    /** What this provider promises; does not change while the process runs. */
    default MessageGuarantees guarantees() {
        return MessageGuarantees.NONE;
    }

    /** Sends under {@code sms:<id>[:resend:<n>]}. */
    MessageReceipt send(WelcomeSms message, CallLimit limit);
}
