package dev.registrar.notification;

import dev.registrar.model.CallLimit;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;

/** The notification activities, executed by the providers behind {@link EmailSender} and {@link SmsSender}. */
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
        requireOnce(Step.EMAIL, emails.guarantees(), info);
        return emails.send(request, limit(info)).by(info.getAttempt());
    }

    @Override
    public MessageReceipt sendSms(WelcomeSms request) {
        ActivityInfo info = Activity.getExecutionContext().getInfo();
        requireOnce(Step.SMS, texts.guarantees(), info);
        return texts.send(request, limit(info)).by(info.getAttempt());
    }

    @Override
    public FoundSms findSms(FindSms request) {
        if (!texts.guarantees().finds()) {
            throw new UnavailableException(Step.SMS, "sms find: the provider does not find");
        }
        return new FoundSms(texts.find(request.message(), request.notBefore())
                .map(MessageReceipt::messageId)
                .orElse(null));
    }

    /**
     * Without deduplication a message is sent by one durable attempt: the result of a local one can be lost. A run
     * relies on the provider's promises at its start; the present ones are checked here, so that the weaker of both
     * count.
     */
    private static void requireOnce(Step service, MessageGuarantees guarantees, ActivityInfo info) {
        if (guarantees.repeatable()) {
            return;
        }
        if (info.isLocal()) {
            throw new UnavailableException(service, service.code() + " send: not sent locally");
        }
        if (info.getAttempt() > 1) {
            throw new UnknownOutcomeException(service, service.code() + " send: not sent twice");
        }
    }

    private static CallLimit limit(ActivityInfo info) {
        return info.isLocal() ? CallLimit.LOCAL : CallLimit.FULL;
    }
}
