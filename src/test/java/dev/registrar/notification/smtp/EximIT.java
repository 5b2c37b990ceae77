package dev.registrar.notification.smtp;

import static dev.registrar.notification.smtp.SmtpCutter.Cut.AFTER;
import static dev.registrar.notification.smtp.SmtpCutter.Cut.BEFORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.flow.RequiredTool;
import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.smtp.SmtpCutter.Cut;
import dev.registrar.notification.smtp.SmtpSettings.Tls;
import dev.registrar.notification.template.MessageTemplates.EmailText;
import dev.registrar.standin.Exim;
import dev.registrar.standin.Toxiproxy;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The adapter against Exim, an independent implementation; verified by Exim's mailbox: what was delivered, and how
 * often.
 */
@Tag("providers")
class EximIT extends SmtpTestCase {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.EXIM;

    @RegisterExtension
    static final RequiredTool PROXY_TOOL = RequiredTool.TOXIPROXY;

    /** Larger than all buffers in between. */
    private static final String LONG_TEXT = "a line of a long e-mail\n".repeat(200_000);

    @TempDir
    static Path directory;

    private static Exim exim;
    private static Toxiproxy proxy;
    private static Toxiproxy.Line line;

    private final RegistrationId id = RegistrationId.random();

    @BeforeAll
    static void startExim() {
        exim = Exim.start();
        proxy = Toxiproxy.start(directory);
        line = proxy.lineTo("exim", exim.port());
    }

    @AfterAll
    static void stopExim() {
        if (proxy != null) {
            proxy.close();
        }
        if (exim != null) {
            exim.close();
        }
    }

    private SmtpEmailSender sender(int port, Tls tls, String password) {
        return sender(settings(port, tls, Exim.USER, password), exim.trusting());
    }

    private SmtpEmailSender sender() {
        return sender(exim.port(), Tls.REQUIRED, Exim.PASSWORD);
    }

    private WelcomeEmail welcomeTo(String name) {
        return new WelcomeEmail(id, new EmailAddress(name + "@" + Exim.DOMAIN), "Žofie Weiß", "welcome-1", "de", 0);
    }

    private String messageId() {
        return "<" + IdempotencyKey.email(id, 0).value().replace(':', '.') + "@example.org>";
    }

    /** The messages that Exim delivered for this registration. */
    private List<MimeMessage> delivered() throws Exception {
        List<MimeMessage> ours = new ArrayList<>();
        for (MimeMessage message : exim.mailbox()) {
            if (message.getMessageID().equals(messageId())) {
                ours.add(message);
            }
        }
        return ours;
    }

    @Test
    void emailIsDeliveredWithBothBodiesUnderTheIdOfItsKey() throws Exception {
        String receipt = sender().send(welcomeTo("ada"), CallLimit.FULL).messageId();

        List<MimeMessage> delivered = delivered();
        assertThat(receipt).isEqualTo(messageId());
        assertThat(delivered).hasSize(1);
        MimeMessage message = delivered.get(0);
        assertThat(message.getSubject()).isEqualTo("Willkommen, Žofie Weiß");
        assertThat(((InternetAddress) message.getAllRecipients()[0]).getPersonal())
                .isEqualTo("Žofie Weiß");
        assertThat(((InternetAddress) message.getFrom()[0]).getAddress()).isEqualTo("welcome@example.org");
        assertThat(message.getHeader("Envelope-to")).containsExactly("ada@example.com");
        // Exim records TLS and AUTH.
        assertThat(message.getHeader("Received")[0]).contains("esmtpsa");
        MimeMultipart bodies = (MimeMultipart) message.getContent();
        assertThat(bodies.getContentType()).startsWith("multipart/alternative");
        assertThat(bodies.getCount()).isEqualTo(2);
        assertThat((String) bodies.getBodyPart(0).getContent()).contains("Guten Tag Žofie Weiß,");
        assertThat(bodies.getBodyPart(1).isMimeType("text/html")).isTrue();
        assertThat((String) bodies.getBodyPart(1).getContent()).contains("<p>Guten Tag Žofie Weiß,</p>");
    }

    @Test
    void addressBeyondAsciiIsDelivered() throws Exception {
        sender().send(welcomeTo("žofie"), CallLimit.FULL);

        assertThat(delivered()).hasSize(1);
        assertThat(delivered().get(0).getHeader("Received")[0]).contains("utf8");
    }

    @Test
    void sameKeyIsDeliveredTwiceUnderOneIdWhichIsWhyItIsNotPromised() throws Exception {
        SmtpEmailSender sender = sender();

        String first = sender.send(welcomeTo("ada"), CallLimit.FULL).messageId();
        String second = sender.send(welcomeTo("ada"), CallLimit.FULL).messageId();

        assertThat(second).isEqualTo(first);
        assertThat(delivered()).hasSize(2);
        assertThat(sender.guarantees().dedupes()).isFalse();
        assertThat(sender.guarantees().finds()).isFalse();
        assertThat(sender.guarantees().repeatable()).isFalse();
    }

    @Test
    void wrongPasswordIsWaitedForAndShown() throws Exception {
        SmtpEmailSender sender = sender(exim.port(), Tls.REQUIRED, "close-sesame");

        UnavailableException failure =
                catchThrowableOfType(UnavailableException.class, () -> sender.send(welcomeTo("ada"), CallLimit.FULL));

        assertThat(failure.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(outbound.refusedBy()).containsExactly(Map.entry(Step.EMAIL, 535));
        assertThat(delivered()).isEmpty();
    }

    /** Exim responds 550 where other servers respond 530: such a configuration looks like a refused recipient. */
    @Test
    void missingLoginThatIsRefusedBy550IsARejection() throws Exception {
        SmtpEmailSender sender = sender(settings(exim.port(), Tls.REQUIRED, null, null), exim.trusting());

        RejectedException failure =
                catchThrowableOfType(RejectedException.class, () -> sender.send(welcomeTo("ada"), CallLimit.FULL));

        assertThat(failure.providerCode()).isEqualTo("smtp_550");
        assertThat(delivered()).isEmpty();
    }

    @Test
    void certificateThatIsNotTrustedGetsNoMail() throws Exception {
        SmtpSettings settings = settings(exim.port(), Tls.REQUIRED, Exim.USER, Exim.PASSWORD);

        assertThatThrownBy(() -> sender(settings, (SSLSocketFactory) SSLSocketFactory.getDefault())
                        .send(welcomeTo("ada"), CallLimit.FULL))
                .isInstanceOf(UnavailableException.class);
        assertThat(delivered()).isEmpty();
    }

    @Test
    void unknownRecipientIsRejected() throws Exception {
        RejectedException failure =
                catchThrowableOfType(RejectedException.class, () -> sender().send(welcomeTo("nobody"), CallLimit.FULL));

        assertThat(failure.providerCode()).isEqualTo("smtp_550");
        assertThat(failure).hasMessageNotContaining("nobody");
        assertThat(delivered()).isEmpty();
    }

    @Test
    void greylistedRecipientIsUnavailable() throws Exception {
        UnavailableException failure = catchThrowableOfType(
                UnavailableException.class, () -> sender().send(welcomeTo("grey"), CallLimit.FULL));

        assertThat(failure.reason()).isEqualTo(Reason.FAILED);
        assertThat(failure).hasMessageContaining("451");
        assertThat(delivered()).isEmpty();
    }

    /**
     * Where the connection is cut, on which side of Exim, the outcome of the call, and the number of delivered e-mails.
     */
    static Stream<Arguments> cuts() {
        return Stream.of(
                Arguments.of("greeting", AFTER, "unavailable", 0),
                Arguments.of("ehlo", BEFORE, "unavailable", 0),
                Arguments.of("ehlo", AFTER, "unavailable", 0),
                Arguments.of("auth", BEFORE, "unavailable", 0),
                Arguments.of("auth", AFTER, "unavailable", 0),
                Arguments.of("mail", BEFORE, "unavailable", 0),
                Arguments.of("mail", AFTER, "unavailable", 0),
                Arguments.of("rcpt", BEFORE, "unavailable", 0),
                Arguments.of("rcpt", AFTER, "unavailable", 0),
                Arguments.of("data", BEFORE, "unavailable", 0),
                Arguments.of("data", AFTER, "unavailable", 0),
                // A short e-mail is sent together with its final dot: the client cannot detect that the dot did not
                // arrive.
                Arguments.of("body", AFTER, "unknown", 0),
                Arguments.of("end", BEFORE, "unknown", 0),
                Arguments.of("end", AFTER, "unknown", 1),
                Arguments.of("quit", BEFORE, "success", 1),
                Arguments.of("quit", AFTER, "success", 1));
    }

    @ParameterizedTest(name = "{0} {1}: {2}, {3}")
    @MethodSource("cuts")
    void lostConnectionMeansWhatTheMailboxShows(String point, Cut side, String outcome, int mails) throws Exception {
        try (SmtpCutter cutter = new SmtpCutter(exim.clearPort())) {
            SmtpEmailSender sender = sender(cutter.port(), Tls.NONE, Exim.PASSWORD);
            cutter.cut(point, side);

            assertThat(outcome(sender, welcomeTo("ada"))).isEqualTo(outcome);
            assertThat(delivered()).hasSize(mails);

            cutter.mend();
            if (outcome.equals("unavailable")) {
                // The step's retry does the same.
                assertThat(outcome(sender, welcomeTo("ada"))).isEqualTo("success");
                assertThat(delivered()).hasSize(1);
            }
            assertThat(outbound.unlisted(Step.EMAIL)).isZero();
        }
    }

    private static String outcome(SmtpEmailSender sender, WelcomeEmail email) {
        try {
            sender.send(email, CallLimit.FULL);
            return "success";
        } catch (UnavailableException e) {
            return "unavailable";
        } catch (RejectedException e) {
            return "rejected";
        } catch (CallException e) {
            return "unknown";
        }
    }

    /** The connection is cut in the middle of a long e-mail, before the final dot was sent. */
    @ParameterizedTest(name = "cut after {0} bytes: {1}")
    @MethodSource("longEmails")
    void longEmailThatIsCutBeforeItsDotIsUnavailable(long bytes, String outcome, int mails) throws Exception {
        SmtpSettings settings = settings(line.port(), Tls.REQUIRED, Exim.USER, Exim.PASSWORD);
        Letter letter = new Letter(
                messageId(),
                settings.sender(),
                "ada@" + Exim.DOMAIN,
                "Ada",
                new EmailText("subject", LONG_TEXT, "html"));
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.starttls.enable", "true");
        properties.setProperty("mail.smtp.starttls.required", "true");
        properties.setProperty("mail.smtp.auth", "true");
        properties.put("mail.smtp.ssl.socketFactory", exim.trusting());
        SmtpCall call =
                new SmtpCall(settings, letter, Session.getInstance(properties), exim.trusting(), Clock.systemUTC());
        line.cutRequestsAfter(bytes);
        try {
            if (mails == 1) {
                outbound.protocol(Step.EMAIL, deadline()).call(CallLimit.FULL, call);
            } else {
                assertThatThrownBy(
                                () -> outbound.protocol(Step.EMAIL, deadline()).call(CallLimit.FULL, call))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("phase " + outcome);
            }
        } finally {
            line.heal();
        }

        assertThat(delivered()).hasSize(mails);
    }

    static Stream<Arguments> longEmails() {
        return Stream.of(
                Arguments.of(100, "TLS", 0), Arguments.of(1_000_000, "DATA", 0), Arguments.of(100_000_000, "", 1));
    }

    @Test
    void answersThatAreLostUnderTlsAreUnavailableUntilTheLineIsMended() throws Exception {
        SmtpEmailSender sender = sender(line.port(), Tls.REQUIRED, Exim.PASSWORD);

        line.loseAnswers();
        assertThat(outcome(sender, welcomeTo("ada"))).isEqualTo("unavailable");
        line.resetAnswers();
        assertThat(outcome(sender, welcomeTo("ada"))).isEqualTo("unavailable");
        line.loseRequests();
        assertThat(outcome(sender, welcomeTo("ada"))).isEqualTo("unavailable");
        assertThat(delivered()).isEmpty();

        line.heal();
        assertThat(outcome(sender, welcomeTo("ada"))).isEqualTo("success");
        assertThat(delivered()).hasSize(1);
    }
}
