package dev.registrar.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.NotificationService.WelcomeSms;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.testing.TestActivityEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProviderNotificationServiceTest {

    @Test
    void messagesAreSentWithTheLimitOfTheirActivity() {
        RegistrationId id = RegistrationId.random();
        List<CallLimit> limits = new ArrayList<>();
        TestActivityEnvironment temporal = TestActivityEnvironment.newInstance();
        try {
            temporal.registerActivitiesImplementations(new ProviderNotificationService(
                    (message, limit) -> {
                        limits.add(limit);
                        return new MessageReceipt("e-" + message.resend());
                    },
                    (message, limit) -> {
                        limits.add(limit);
                        return new MessageReceipt("s-" + message.resend());
                    }));
            NotificationService durable = temporal.newActivityStub(NotificationService.class);
            NotificationService local = temporal.newLocalActivityStub(
                    NotificationService.class,
                    LocalActivityOptions.newBuilder()
                            .setStartToCloseTimeout(Duration.ofSeconds(5))
                            .build(),
                    Map.of());

            MessageReceipt email = local.sendWelcomeEmail(
                    new WelcomeEmail(id, new EmailAddress("ada@example.com"), "Ada", "welcome-1", "en", 0));
            MessageReceipt sms =
                    durable.sendSms(new WelcomeSms(id, new PhoneNumber("+14155550101"), "welcome-1", "en", 3));

            assertThat(email.messageId()).isEqualTo("e-0");
            assertThat(sms.messageId()).isEqualTo("s-3");
            assertThat(limits).containsExactly(CallLimit.LOCAL, CallLimit.FULL);
        } finally {
            temporal.close();
        }
    }
}
