package dev.registrar.notification;

import static dev.registrar.outbound.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.outbound.LocalCallContract;
import dev.registrar.outbound.ServiceClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HttpEmailSenderTest extends LocalCallContract {

    private static final RegistrationId ID = RegistrationId.of("0f8e1c1a-0000-4000-8000-000000000001");

    @Override
    protected Step service() {
        return Step.EMAIL;
    }

    @Override
    protected void call(ServiceClient client, CallLimit limit) {
        new HttpEmailSender(client, new MessageGuarantees(Duration.ofHours(24))).send(message(0), limit);
    }

    private static WelcomeEmail message(int resend) {
        return new WelcomeEmail(ID, new EmailAddress("ada@example.com"), "Ada", "welcome-1", "en", resend);
    }

    @Test
    void emailIsSentUnderItsKeyAndAResendUnderItsOwn() {
        provider.will(answer(201, "{\"messageId\":\"m-1\"}"), answer(201, "{\"messageId\":\"m-2\"}"));
        HttpEmailSender sender = new HttpEmailSender(client(), new MessageGuarantees(Duration.ofHours(24)));

        MessageReceipt receipt = sender.send(message(0), CallLimit.LOCAL);
        sender.send(message(2), CallLimit.FULL);

        assertThat(receipt).isEqualTo(new MessageReceipt("m-1"));
        assertThat(provider.requests())
                .extracting(request -> request.headers().get("idempotency-key"))
                .containsExactly("email:" + ID, "email:" + ID + ":resend:2");
        assertThat(provider.lastRequest().target()).isEqualTo("/base/messages");
        assertThat(provider.lastRequest().body())
                .isEqualTo("{\"to\":\"ada@example.com\",\"template\":\"welcome-1\",\"locale\":\"en\","
                        + "\"fullName\":\"Ada\",\"reference\":\"" + ID + "\"}")
                .isEqualTo(provider.requests().get(0).body());
    }
}
