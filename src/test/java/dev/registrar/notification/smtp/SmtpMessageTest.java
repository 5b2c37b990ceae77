package dev.registrar.notification.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.registrar.model.CallLimit;
import dev.registrar.model.RejectedException;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.smtp.SmtpSettings.OnUnknown;
import dev.registrar.notification.smtp.SmtpSettings.Tls;
import jakarta.mail.BodyPart;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages that arrive at an independent mail server. */
class SmtpMessageTest extends SmtpTestCase {

    private final GreenMail plain = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    @AfterEach
    void stopServer() {
        plain.stop();
    }

    private SmtpEmailSender plainSender() {
        plain.start();
        return sender(settings(plain.getSmtp().getPort(), Tls.NONE, null, null));
    }

    @Test
    void emailArrivesWithBothBodiesInItsLanguageUnderTheIdOfItsKey() throws Exception {
        SmtpEmailSender sender = plainSender();

        String receipt = sender.send(welcome("ada@example.com", "Žofie Weiß", "de-AT", 0), CallLimit.FULL)
                .messageId();
        sender.send(welcome("ada@example.com", "Žofie Weiß", "fr", 2), CallLimit.FULL);

        MimeMessage[] received = plain.getReceivedMessages();
        assertThat(received).hasSize(2);
        assertThat(receipt).isEqualTo(MESSAGE_ID).isEqualTo(received[0].getMessageID());
        assertThat(received[1].getMessageID()).isEqualTo("<email." + ID + ".resend.2@example.org>");
        assertThat(received[0].getSubject()).isEqualTo("Willkommen, Žofie Weiß");
        assertThat(received[1].getSubject()).isEqualTo("Welcome, Žofie Weiß");
        assertThat(((InternetAddress) received[0].getFrom()[0]).getPersonal()).isEqualTo("Registrar");
        InternetAddress to = (InternetAddress) received[0].getAllRecipients()[0];
        assertThat(to.getAddress()).isEqualTo("ada@example.com");
        assertThat(to.getPersonal()).isEqualTo("Žofie Weiß");
        assertThat(received[0].getSentDate()).isNotNull();
        MimeMultipart bodies = (MimeMultipart) received[0].getContent();
        assertThat(bodies.getContentType()).startsWith("multipart/alternative");
        assertThat(content(bodies.getBodyPart(0), "text/plain")).contains("Guten Tag Žofie Weiß,");
        assertThat(content(bodies.getBodyPart(1), "text/html")).contains("<p>Guten Tag Žofie Weiß,</p>");
    }

    private static String content(BodyPart part, String type) throws Exception {
        assertThat(part.isMimeType(type)).isTrue();
        return (String) part.getContent();
    }

    @Test
    void sameKeyIsDeliveredTwiceWhichIsWhyItIsNotPromised() {
        SmtpEmailSender sender = plainSender();

        sender.send(welcome(), CallLimit.FULL);
        sender.send(welcome(), CallLimit.FULL);

        assertThat(plain.getReceivedMessages()).hasSize(2);
        assertThat(sender.guarantees()).isEqualTo(MessageGuarantees.NONE);
        assertThat(sender.guarantees().repeatable()).isFalse();
    }

    @Test
    void configurationMayPreferASecondMessageToNone() {
        SmtpSettings stop = settings(25, Tls.NONE, null, null);
        SmtpSettings resend = new SmtpSettings(
                stop.host(), 25, stop.tls(), null, null, stop.from(), OnUnknown.RESEND, stop.connectTimeout());

        assertThat(sender(resend).guarantees().repeatable()).isTrue();
        assertThat(sender(resend).guarantees().dedupes()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Ada\r\nBcc: eve@example.com",
                "Ada\nSubject: other",
                "Ada\r\n.\r\nMAIL FROM:<eve@example.com>",
                "Ada\u2028Bcc: eve@example.com",
                "Ada\u0085X: y",
                "\"Ada\" <eve@example.com>",
                "Žofie\r\nBcc: eve@example.com"
            })
    void nameCannotBeginAHeaderOrACommand(String name) throws Exception {
        SmtpEmailSender sender = plainSender();

        sender.send(welcome("ada@example.com", name, "en", 0), CallLimit.FULL);

        MimeMessage[] received = plain.getReceivedMessages();
        assertThat(received).hasSize(1);
        assertThat(received[0].getAllRecipients()).hasSize(1);
        assertThat(((InternetAddress) received[0].getAllRecipients()[0]).getAddress())
                .isEqualTo("ada@example.com");
        assertThat(received[0].getHeader("Bcc")).isNull();
        assertThat(received[0].getHeader("X")).isNull();
        assertThat(received[0].getHeader("Subject")).hasSize(1);
        assertThat(received[0].getSubject()).startsWith("Welcome, ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada@example.com>\r\nRCPT TO:<eve@example.com",
                "ada@example.com,eve@example.com",
                "ada",
                "a@b@example.com",
                "ada @example.com",
                ""
            })
    void addressThatIsNoneIsRejectedBeforeAnythingIsSent(String address) {
        SmtpEmailSender sender = plainSender();

        RejectedException failure = catchThrowableOfType(
                RejectedException.class, () -> sender.send(welcome(address, "Ada", "en", 0), CallLimit.FULL));

        assertThat(failure.providerCode()).isEqualTo("invalid_address");
        assertThat(outbound.attempts(failure.service())).isZero();
        assertThat(plain.getReceivedMessages()).isEmpty();
    }

    @Test
    void internationalDomainIsSentInItsAsciiForm() throws Exception {
        SmtpEmailSender sender = plainSender();

        sender.send(welcome("ada@bücher.example", "Ada", "en", 0), CallLimit.FULL);

        assertThat(((InternetAddress) plain.getReceivedMessages()[0].getAllRecipients()[0]).getAddress())
                .isEqualTo("ada@xn--bcher-kva.example");
    }

    @Test
    void internationalAddressNeedsAServerThatTakesIt() throws IOException {
        try (SmtpStub server = new SmtpStub()) {
            SmtpEmailSender sender = sender(settings(server.port(), Tls.NONE, null, null));

            RejectedException failure = catchThrowableOfType(
                    RejectedException.class,
                    () -> sender.send(welcome("žofie@example.com", "Žofie", "en", 0), CallLimit.FULL));

            assertThat(failure.providerCode()).isEqualTo("smtputf8_unsupported");
            assertThat(server.commands()).noneMatch(command -> command.startsWith("MAIL"));

            server.offers("8BITMIME", "SMTPUTF8");
            sender.send(welcome("žofie@example.com", "Žofie", "en", 0), CallLimit.FULL);

            assertThat(server.commands())
                    .contains("RCPT TO:<žofie@example.com>")
                    .anyMatch(command -> command.matches("MAIL FROM:<welcome@example.org>.* SMTPUTF8.*"));
        }
    }

    @Test
    void userLogsIn() {
        plain.setUser("welcome@example.org", "user", "secret");
        plain.start();
        plain.getUserManager().setAuthRequired(true);
        int port = plain.getSmtp().getPort();

        sender(settings(port, Tls.NONE, "user", "secret")).send(welcome(), CallLimit.FULL);

        assertThat(plain.getReceivedMessages()).hasSize(1);
        UnavailableException wrong = catchThrowableOfType(
                UnavailableException.class,
                () -> sender(settings(port, Tls.NONE, "user", "wrong")).send(welcome(), CallLimit.FULL));
        assertThat(wrong.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(plain.getReceivedMessages()).hasSize(1);
    }

    @Test
    void settingsRefuseWhatCannotBeUsed() {
        assertThatThrownBy(() -> SmtpSettings.of("mail.example.org", "user", null, "welcome@example.org"))
                .hasMessageContaining("both or neither");
        assertThatThrownBy(() -> SmtpSettings.of("mail.example.org", null, null, "welcome"))
                .hasMessageContaining("from");
        assertThatThrownBy(() -> SmtpSettings.of("mail.example.org", null, null, "a@example.org, b@example.org"))
                .hasMessageContaining("from");
        assertThatThrownBy(() ->
                        SmtpSettings.of("mail.example.org", null, null, "A\r\nBcc: e@example.org <a@example.org>"))
                .hasMessageContaining("from");
        SmtpSettings defaults = SmtpSettings.of("mail.example.org", null, null, "welcome@example.org");
        assertThat(defaults.tls()).isEqualTo(Tls.REQUIRED);
        assertThat(defaults.port()).isEqualTo(587);
        assertThat(defaults.onUnknown()).isEqualTo(OnUnknown.STOP);
        assertThat(defaults.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
    }
}
