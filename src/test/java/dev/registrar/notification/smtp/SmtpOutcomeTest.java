package dev.registrar.notification.smtp;

import static dev.registrar.notification.smtp.SmtpStub.answer;
import static dev.registrar.notification.smtp.SmtpStub.drip;
import static dev.registrar.notification.smtp.SmtpStub.hang;
import static dev.registrar.notification.smtp.SmtpStub.hangUp;
import static dev.registrar.notification.smtp.SmtpStub.reset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.model.AttemptFailure;
import dev.registrar.model.AttemptFailure.Outcome;
import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.notification.smtp.SmtpSettings.Tls;
import dev.registrar.notification.template.MessageTemplates.EmailText;
import jakarta.mail.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every failure of a conversation, over real sockets. */
class SmtpOutcomeTest extends SmtpTestCase {

    /**
     * The tests wait for all of it; long enough for a busy machine to reach the point of the conversation that hangs.
     */
    private static final io.dropwizard.util.Duration SHORT = io.dropwizard.util.Duration.milliseconds(1_500);

    private SmtpStub server;
    private io.dropwizard.util.Duration deadline = super.deadline();

    @BeforeEach
    void startServer() throws IOException {
        server = new SmtpStub();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Override
    io.dropwizard.util.Duration deadline() {
        return deadline;
    }

    private CallException failure() {
        return failure(settings(server.port(), Tls.NONE, null, null));
    }

    private CallException failure(SmtpSettings settings) {
        return catchThrowableOfType(CallException.class, () -> sender(settings).send(welcome(), CallLimit.FULL));
    }

    static Stream<Arguments> lostAnswers() {
        // A short message is sent together with its final dot, which a server that disconnects in the body may have
        // read.
        return Stream.of("greeting", "ehlo", "mail", "rcpt", "data", "body", "end")
                .flatMap(point -> Stream.of(
                        Arguments.of(point, "closed", hangUp()),
                        Arguments.of(point, "reset", reset()),
                        Arguments.of(point, "hangs", hang()),
                        Arguments.of(point, "drips", drip())));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("lostAnswers")
    void lostAnswerIsUnknownAfterTheFinalDotAndUnavailableBefore(
            String point, String name, SmtpStub.Behaviour behaviour) {
        server.at(point, behaviour);
        boolean ends = name.equals("closed") || name.equals("reset");
        deadline = ends ? super.deadline() : SHORT;
        long begun = System.nanoTime();

        CallException failure = failure();

        boolean dotSent = point.equals("end") || point.equals("body");
        assertThat(failure).isInstanceOf(dotSent ? UnknownOutcomeException.class : UnavailableException.class);
        assertThat(server.accepted()).hasSize(point.equals("end") ? 1 : 0);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        assertThat(outbound.ended(Step.EMAIL, dotSent ? "unknown" : "unavailable"))
                .isOne();
        assertThat(outbound.countedAsFailed()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "hangs"})
    void messageThatWasCutBeforeItsDotIsUnavailable(String what) {
        server.at("body", what.equals("reset") ? reset() : hang());
        SmtpSettings settings = settings(server.port(), Tls.NONE, null, null);
        String more = "more than all buffers on the way hold\n".repeat(500_000);
        Letter letter = new Letter(
                MESSAGE_ID, settings.sender(), "ada@example.com", "Ada", new EmailText("subject", more, "html"));
        SmtpCall call = new SmtpCall(
                settings,
                letter,
                Session.getInstance(new Properties()),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                Clock.systemUTC());

        assertThatThrownBy(() -> outbound.protocol(Step.EMAIL, io.dropwizard.util.Duration.seconds(5))
                        .call(CallLimit.FULL, call))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("phase DATA");
        assertThat(server.accepted()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "greeting, 421 4.3.2 shutting down, FAILED",
        "greeting, 554 no mail here,        BLOCKED",
        "mail,     451 4.3.0 try later,     FAILED",
        "rcpt,     450 4.2.0 greylisted,    FAILED",
        "rcpt,     452 4.2.2 mailbox full,  FAILED",
        "data,     451 4.3.0 try later,     FAILED",
        "mail,     530 5.7.0 log in first,  BLOCKED",
    })
    void temporaryRefusalAndOneThatIsAboutUsAreUnavailable(String point, String reply, Reason reason) {
        server.at(point, answer(reply));

        CallException failure = failure();

        assertThat(failure).isInstanceOf(UnavailableException.class).hasMessageContaining(reply.substring(0, 3));
        assertThat(((UnavailableException) failure).reason()).isEqualTo(reason);
        assertThat(outbound.refusedBy())
                .isEqualTo(
                        reason == Reason.BLOCKED
                                ? Map.of(Step.EMAIL, Integer.parseInt(reply.substring(0, 3)))
                                : Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "mail, 553 5.7.1 ada@example.com is not allowed, smtp_553_5_7_1",
        "rcpt, 550 5.1.1 no such user ada@example.com,   smtp_550_5_1_1",
        "rcpt, 554 refused,                              smtp_554",
        "data, 554 5.5.1 no valid recipients,            smtp_554_5_5_1",
        "end,  550 5.7.1 looks like spam,                smtp_550_5_7_1",
        "end,  554 5.6.0 refused,                        smtp_554_5_6_0",
    })
    void permanentRefusalOfTheMessageIsRejectedWithItsCodeAndNothingElse(String point, String reply, String code) {
        server.at(point, answer(reply));

        CallException failure = failure();

        assertThat(failure).isInstanceOf(RejectedException.class).hasMessageNotContaining("ada");
        assertThat(((RejectedException) failure).providerCode()).isEqualTo(code);
        assertThat(outbound.countedAsFailed()).isZero();
        assertThat(outbound.ended(Step.EMAIL, "rejected")).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "rcpt, 550 5.1.1 no such user ada@example.com, SENT,     smtp_550_5_1_1",
        "rcpt, 450 4.2.0 greylisted,                   SENT,     smtp_450_4_2_0",
        "mail, 530 5.7.0 log in first,                 SENT,     smtp_530_5_7_0",
        "end,  451 4.3.0 ada@example.com,              UNKNOWN,  smtp_451_4_3_0",
    })
    void failedSendNamesTheReplyAndItsEnhancedStatus(String point, String reply, Outcome outcome, String code) {
        server.at(point, answer(reply));

        AttemptFailure failure = AttemptFailure.of(failure(), 1, Instant.EPOCH);

        assertThat(failure).isEqualTo(new AttemptFailure(1, Instant.EPOCH, outcome, null, code, null));
    }

    @ParameterizedTest
    @CsvSource({"greeting, NOT_SENT", "end, UNKNOWN"})
    void failedSendWithoutAnAnswerNamesTheReason(String point, Outcome outcome) {
        server.at(point, hangUp());
        AttemptFailure lost = AttemptFailure.of(failure(), 1, Instant.EPOCH);
        server.at(point, hang());
        deadline = SHORT;
        AttemptFailure late = AttemptFailure.of(failure(), 1, Instant.EPOCH);

        assertThat(lost).isEqualTo(new AttemptFailure(1, Instant.EPOCH, outcome, null, "connection_lost", null));
        assertThat(late).isEqualTo(new AttemptFailure(1, Instant.EPOCH, outcome, null, "timeout", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"421 4.4.2 timeout", "451 4.3.0 try later", "452 4.3.1 full", "299 odd", "599 odd", "what"})
    void anyOtherAnswerToTheFinalDotIsUnknown(String reply) {
        server.at("end", answer(reply));

        assertThat(failure()).isInstanceOf(UnknownOutcomeException.class);
        assertThat(server.accepted()).hasSize(1);
    }

    @Test
    void unlistedReplyIsUnknownAndCounted() {
        server.at("rcpt", answer("577 odd"));

        assertThat(failure()).isInstanceOf(UnknownOutcomeException.class);
        assertThat(outbound.unlisted(Step.EMAIL)).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "closed", "hangs", "550"})
    void whatHappensAtQuitNoLongerMatters(String what) {
        server.at(
                "quit",
                switch (what) {
                    case "reset" -> reset();
                    case "closed" -> hangUp();
                    case "hangs" -> hang();
                    default -> answer("550 no");
                });

        assertThat(sender(settings(server.port(), Tls.NONE, null, null))
                        .send(welcome(), CallLimit.FULL)
                        .messageId())
                .isEqualTo(MESSAGE_ID);
        assertThat(outbound.ended(Step.EMAIL, "success")).isOne();
    }

    @Test
    void refusedConnectionIsUnavailable() throws IOException {
        try (Socket bound = new Socket()) {
            // Never listens.
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

            assertThat(failure(settings(bound.getLocalPort(), Tls.NONE, null, null)))
                    .isInstanceOf(UnavailableException.class);
        }
        assertThat(outbound.countedAsFailed()).isOne();
    }

    @Test
    void localAttemptEndsByItsOwnLimitWhichTheBreakerIgnores() {
        server.at("end", hang());

        assertThatThrownBy(() ->
                        sender(settings(server.port(), Tls.NONE, null, null)).send(welcome(), CallLimit.LOCAL))
                .isInstanceOf(UnknownOutcomeException.class);
        assertThat(outbound.counted()).isZero();
    }

    @Test
    void openBreakerKeepsFromConnecting() {
        server.at("greeting", hangUp());
        for (int i = 0; i < 10; i++) {
            failure();
        }
        int before = server.commands().size();

        UnavailableException failure = (UnavailableException) failure();

        assertThat(failure.reason()).isEqualTo(Reason.BREAKER_OPEN);
        assertThat(server.commands()).hasSize(before);
        assertThat(outbound.ended(Step.EMAIL, "breaker_open")).isOne();
    }

    @Test
    void serverWithoutStartTlsIsNotUsedUnlessTheConfigurationSaysSo() {
        UnavailableException failure =
                (UnavailableException) failure(settings(server.port(), Tls.REQUIRED, null, null));

        assertThat(failure.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(failure).hasMessageContaining("STARTTLS");
        assertThat(server.commands()).noneMatch(command -> command.startsWith("MAIL"));

        sender(settings(server.port(), Tls.OPPORTUNISTIC, null, null)).send(welcome(), CallLimit.FULL);

        assertThat(server.accepted()).hasSize(1);
    }

    @Test
    void passwordIsNeverSentInClearUnlessTheConfigurationSaysSo() {
        server.offers("AUTH PLAIN LOGIN");

        UnavailableException failure =
                (UnavailableException) failure(settings(server.port(), Tls.OPPORTUNISTIC, "user", "secret"));

        assertThat(failure.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(server.commands()).noneMatch(command -> command.startsWith("AUTH"));

        server.at("auth", answer("235 fine"));
        sender(settings(server.port(), Tls.NONE, "user", "secret")).send(welcome(), CallLimit.FULL);

        assertThat(server.commands()).anyMatch(command -> command.startsWith("AUTH"));
    }

    @Test
    void handshakeThatHangsEndsAtTheDeadline() {
        server.at("greeting", hang());
        deadline = SHORT;

        assertThat(failure(settings(server.port(), Tls.IMPLICIT, null, null))).isInstanceOf(UnavailableException.class);
        assertThat(server.commands()).isEmpty();
    }

    @Test
    void refusedPasswordIsWaitedForAndShown() {
        server.offers("AUTH PLAIN");
        server.at("auth", answer("535 5.7.8 wrong"));

        UnavailableException failure =
                (UnavailableException) failure(settings(server.port(), Tls.NONE, "user", "secret"));

        assertThat(failure.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(outbound.refusedBy()).containsExactly(Map.entry(Step.EMAIL, 535));
    }

    @Test
    void serverWithoutAuthIsNotUsedWhereThereIsAUser() {
        UnavailableException failure =
                (UnavailableException) failure(settings(server.port(), Tls.NONE, "user", "secret"));

        assertThat(failure.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(failure).hasMessageContaining("AUTH");
        assertThat(server.accepted()).isEmpty();
    }
}
