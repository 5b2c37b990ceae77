package dev.registrar.notification;

import dev.registrar.model.CallLimit;
import io.temporal.activity.Activity;

/** The notification activities, done by the providers behind {@link EmailSender} and {@link SmsSender}. */
public final class ProviderNotificationService implements NotificationService {

    private final EmailSender emails;
    private final SmsSender texts;

    public ProviderNotificationService(EmailSender emails, SmsSender texts) {
        this.emails = emails;
        this.texts = texts;
    }

    @Override
    public MessageReceipt sendWelcomeEmail(WelcomeEmail request) {
        return emails.send(request, limit());
    }

    @Override
    public MessageReceipt sendSms(WelcomeSms request) {
        return texts.send(request, limit());
    }

    private static CallLimit limit() {
        return Activity.getExecutionContext().getInfo().isLocal() ? CallLimit.LOCAL : CallLimit.FULL;
    }
}
