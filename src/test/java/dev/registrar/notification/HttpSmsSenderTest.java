package dev.registrar.notification;

import static dev.registrar.outbound.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.CallLimit;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.NotificationService.WelcomeSms;
import dev.registrar.outbound.LocalCallContract;
import dev.registrar.outbound.ServiceClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HttpSmsSenderTest extends LocalCallContract {

    private static final RegistrationId ID = RegistrationId.of("0f8e1c1a-0000-4000-8000-000000000001");

    @Override
    protected Step service() {
        return Step.SMS;
    }

    @Override
    protected void call(ServiceClient client, CallLimit limit) {
        new HttpSmsSender(client, new MessageGuarantees(Duration.ofHours(24)))
                .send(new WelcomeSms(ID, new PhoneNumber("+14155550101"), "welcome-1", "en", 0), limit);
    }

    @Test
    void smsIsSentUnderItsKey() {
        provider.will(answer(201, "{\"messageId\":\"m-1\"}"));

        call(client(), CallLimit.FULL);

        assertThat(provider.lastRequest().headers()).containsEntry("idempotency-key", "sms:" + ID);
        assertThat(provider.lastRequest().body())
                .isEqualTo("{\"to\":\"+14155550101\",\"template\":\"welcome-1\",\"locale\":\"en\",\"reference\":\"" + ID
                        + "\"}");
    }
}
