package dev.registrar.notification;

import dev.registrar.model.CallLimit;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;

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
        ActivityInfo info = Activity.getExecutionContext().getInfo();
        return emails.send(request, limit(info)).by(info.getAttempt());
    }

    @Override
    public MessageReceipt sendSms(WelcomeSms request) {
        ActivityInfo info = Activity.getExecutionContext().getInfo();
        return texts.send(request, limit(info)).by(info.getAttempt());
    }

    private static CallLimit limit(ActivityInfo info) {
        return info.isLocal() ? CallLimit.LOCAL : CallLimit.FULL;
    }
}
