package dev.registrar.notification.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.flow.RequiredTool;
import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.smtp.SmtpSettings.Tls;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.standin.Mailpit;
import dev.registrar.standin.Mailpit.Chaos;
import dev.registrar.standin.Mailpit.Message;
import dev.registrar.standin.Mailpit.Trigger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The adapter against Mailpit, an independent implementation that fails at random; verified by the messages it holds.
 */
@Tag("providers-nightly")
class MailpitIT extends SmtpTestCase {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.MAILPIT;

    private static final int MAILS = 100;
    private static final int PERCENT = 30;

    @TempDir
    static Path directory;

    private static Mailpit mailpit;
    private static SSLSocketFactory trusting;

    @BeforeAll
    static void startMailpit() {
        mailpit = Mailpit.start(directory);
        trusting = mailpit.trusting();
    }

    @AfterAll
    static void stopMailpit() {
        if (mailpit != null) {
            mailpit.close();
        }
    }

    @BeforeEach
    void endChaos() {
        mailpit.fail();
        mailpit.clear();
    }

    private SmtpEmailSender sender(String password) {
        return sender(settings(mailpit.port(), Tls.REQUIRED, Mailpit.USER, password), trusting);
    }

    private SmtpEmailSender sender() {
        return sender(Mailpit.PASSWORD);
    }

    private static WelcomeEmail welcome(RegistrationId id) {
        return new WelcomeEmail(id, new EmailAddress("ada@example.com"), "Žofie Weiß", "welcome-1", "de", 0);
    }

    /** Without angle brackets. */
    private static String messageId(RegistrationId id) {
        return IdempotencyKey.email(id, 0).value().replace(':', '.') + "@example.org";
    }

    @Test
    void emailIsFoundUnderTheIdOfItsKeySentByItsLogin() {
        String receipt = sender().send(welcome(ID), CallLimit.FULL).messageId();
        sender().send(welcome(RegistrationId.random()), CallLimit.FULL);

        List<Message> found = mailpit.messages(messageId(ID));
        assertThat(receipt).isEqualTo("<" + messageId(ID) + ">");
        assertThat(found).hasSize(1);
        assertThat(found.get(0).subject()).isEqualTo("Willkommen, Žofie Weiß");
        assertThat(found.get(0).to()).isEqualTo("ada@example.com");
        assertThat(found.get(0).username()).isEqualTo(Mailpit.USER);
        assertThat(mailpit.messages()).hasSize(2);
    }

    @Test
    void sameKeyIsKeptTwiceUnderOneId() {
        SmtpEmailSender sender = sender();

        sender.send(welcome(ID), CallLimit.FULL);
        sender.send(welcome(ID), CallLimit.FULL);

        assertThat(mailpit.messages(messageId(ID))).hasSize(2);
        assertThat(sender.guarantees().dedupes()).isFalse();
    }

    @Test
    void withoutTlsTrustOrTheRightPasswordNothingIsSent() {
        UnavailableException inClear = refused(sender(settings(mailpit.port(), Tls.NONE, null, null), trusting));
        assertThat(outbound.refusedBy()).containsExactly(Map.entry(Step.EMAIL, 530));
        UnavailableException untrusted =
                refused(sender(settings(mailpit.port(), Tls.REQUIRED, Mailpit.USER, Mailpit.PASSWORD)));
        UnavailableException wrong = refused(sender("close-sesame"));
        assertThat(outbound.refusedBy()).containsExactly(Map.entry(Step.EMAIL, 535));

        assertThat(inClear.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(untrusted.reason()).isEqualTo(Reason.FAILED);
        assertThat(wrong.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(mailpit.messages()).isEmpty();
    }

    private static UnavailableException refused(SmtpEmailSender sender) {
        return catchThrowableOfType(UnavailableException.class, () -> sender.send(welcome(ID), CallLimit.FULL));
    }

    @ParameterizedTest
    @CsvSource({
        "AUTHENTICATION, 451, FAILED",
        "AUTHENTICATION, 535, BLOCKED",
        "AUTHENTICATION, 550, BLOCKED",
        "SENDER, 421, FAILED",
        "SENDER, 451, FAILED",
        "SENDER, 530, BLOCKED",
        "RECIPIENT, 451, FAILED",
        "RECIPIENT, 452, FAILED"
    })
    void commandThatIsPutOffOrRefusedForUsIsUnavailableUntilItNoLongerIs(Trigger trigger, int code, Reason reason) {
        mailpit.fail(new Chaos(trigger, code, 100));
        SmtpEmailSender sender = sender();

        UnavailableException failure = refused(sender);

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageContaining("answer " + code);
        assertThat(outbound.refusedBy()).isEqualTo(reason == Reason.BLOCKED ? Map.of(Step.EMAIL, code) : Map.of());
        assertThat(mailpit.messages()).isEmpty();

        mailpit.fail();
        sender.send(welcome(ID), CallLimit.FULL);
        assertThat(mailpit.messages(messageId(ID))).hasSize(1);
        assertThat(outbound.refusedBy()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"SENDER, 550", "SENDER, 553", "RECIPIENT, 550", "RECIPIENT, 554"})
    void commandThatIsRefusedForThisMessageIsARejection(Trigger trigger, int code) {
        mailpit.fail(new Chaos(trigger, code, 100));

        RejectedException failure =
                catchThrowableOfType(RejectedException.class, () -> sender().send(welcome(ID), CallLimit.FULL));

        assertThat(failure.providerCode()).startsWith("smtp_" + code);
        assertThat(mailpit.messages()).isEmpty();
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void underChaosWhatWasReportedSentIsThereOnceAndNothingElse() {
        mailpit.fail(
                new Chaos(Trigger.AUTHENTICATION, 535, PERCENT),
                new Chaos(Trigger.SENDER, 451, PERCENT),
                new Chaos(Trigger.RECIPIENT, 550, PERCENT));
        List<RegistrationId> sent = new ArrayList<>();
        List<RegistrationId> putOff = new ArrayList<>();
        List<RegistrationId> refused = new ArrayList<>();
        List<RegistrationId> rejected = new ArrayList<>();
        for (int i = 0; i < MAILS; i++) {
            RegistrationId id = RegistrationId.random();
            try {
                withClosedBreaker().send(welcome(id), CallLimit.FULL);
                sent.add(id);
            } catch (UnavailableException e) {
                (e.reason() == Reason.BLOCKED ? refused : putOff).add(id);
            } catch (RejectedException e) {
                rejected.add(id);
            }
        }

        assertThat(sent.size() + putOff.size() + refused.size() + rejected.size())
                .isEqualTo(MAILS);
        assertThat(List.of(sent, putOff, refused, rejected)).noneMatch(List::isEmpty);
        assertThat(held()).containsExactlyInAnyOrderElementsOf(idsOf(sent));

        // The steps' retries do the same.
        mailpit.fail();
        sent.addAll(putOff);
        sent.addAll(refused);
        putOff.forEach(id -> withClosedBreaker().send(welcome(id), CallLimit.FULL));
        refused.forEach(id -> withClosedBreaker().send(welcome(id), CallLimit.FULL));
        assertThat(held()).containsExactlyInAnyOrderElementsOf(idsOf(sent));
    }

    /** Half of the calls fail: a shared breaker would open, and the remaining calls would never reach Mailpit. */
    private SmtpEmailSender withClosedBreaker() {
        outbound.close();
        outbound = new OutboundFixture();
        return sender();
    }

    private static List<String> idsOf(List<RegistrationId> mails) {
        return mails.stream().map(MailpitIT::messageId).toList();
    }

    private static List<String> held() {
        return mailpit.messages().stream().map(Message::messageId).toList();
    }
}
