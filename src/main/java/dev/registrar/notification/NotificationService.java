package dev.registrar.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.registrar.call.Attempted;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.OfRegistration;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import io.temporal.activity.ActivityInterface;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The activities that welcome the user. The same key means the same message, sent at most once. */
@ActivityInterface
public interface NotificationService {

    /** Sends the welcome e-mail under {@code email:<id>}. */
    MessageReceipt sendWelcomeEmail(WelcomeEmail request);

    /** Sends the welcome SMS under {@code sms:<id>}. */
    MessageReceipt sendSms(WelcomeSms request);

    /**
     * Whether the provider has accepted this SMS; only for a provider that finds. A single negative answer is no proof.
     * A message that failed at the provider is a rejection.
     */
    FoundSms findSms(FindSms request);

    /**
     * @param template name and version of the text, fixed when the registration starts
     * @param locale chooses the language, for example {@code en}
     * @param resend 0, or the n-th resend by an operator
     */
    record WelcomeEmail(
            RegistrationId registrationId, EmailAddress to, String fullName, String template, String locale, int resend)
            implements OfRegistration {}

    /** The same for an SMS. */
    record WelcomeSms(RegistrationId registrationId, PhoneNumber to, String template, String locale, int resend)
            implements OfRegistration {}

    /** @param notBefore the message was not sent before */
    record FindSms(WelcomeSms message, Instant notBefore) implements OfRegistration {

        @Override
        public RegistrationId registrationId() {
            return message.registrationId();
        }
    }

    /** @param messageId the provider's reference; absent: the provider shows no such message now */
    record FoundSms(@Nullable String messageId) {}

    /** @param messageId the provider's reference */
    record MessageReceipt(
            String messageId,
            int attempt,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures) implements Attempted {

        public MessageReceipt {
            failures = AttemptFailure.listOf(failures);
        }

        public MessageReceipt(String messageId, int attempt) {
            this(messageId, attempt, List.of());
        }

        /** The answer to the first attempt. */
        public MessageReceipt(String messageId) {
            this(messageId, 1);
        }

        /** The same receipt, produced by this attempt of the activity. */
        public MessageReceipt by(int attemptOfActivity) {
            return new MessageReceipt(messageId, attemptOfActivity);
        }

        @Override
        public MessageReceipt after(List<AttemptFailure> earlier) {
            return new MessageReceipt(messageId, attempt, earlier);
        }
    }
}
