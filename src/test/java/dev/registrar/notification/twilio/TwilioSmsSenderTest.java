package dev.registrar.notification.twilio;

import static dev.registrar.outbound.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeSms;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.notification.template.TemplateLoader;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ProviderStub;
import dev.registrar.outbound.ProviderStub.Behaviour;
import dev.registrar.outbound.ProviderStub.Request;
import dev.registrar.outbound.ServiceClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TwilioSmsSenderTest {

    private static final RegistrationId ID = RegistrationId.of("0f8e1c1a-0000-4000-8000-000000000001");
    private static final String ACCOUNT = "AC" + "0".repeat(32);
    private static final String SERVICE = "MG" + "1".repeat(32);
    private static final String SID = "SM" + "a".repeat(32);
    private static final String OTHER_SID = "SM" + "b".repeat(32);
    private static final String TO = "+14155550101";
    private static final String TEXT = "Welcome! Your registration is complete. Reference: " + ID;
    private static final Instant SENT = Instant.parse("2026-03-04T05:06:07Z");
    private static final String CREATED = "Wed, 04 Mar 2026 05:06:07 +0000";
    private static final TwilioSettings FROM_NUMBER = new TwilioSettings(ACCOUNT, "+15551234567", null);

    private final OutboundFixture outbound = new OutboundFixture();
    private ProviderStub provider;
    private ServiceClient client;
    private TwilioSmsSender sender;

    @BeforeEach
    void start() throws IOException {
        provider = new ProviderStub();
        client = outbound.client(Step.SMS, provider.url());
        sender = sender(FROM_NUMBER);
    }

    @AfterEach
    void stop() {
        outbound.close();
        provider.close();
    }

    private TwilioSmsSender sender(TwilioSettings settings) {
        return new TwilioSmsSender(
                client, new TemplateCatalog(TemplateLoader.builtIn().load(), version -> Optional.empty()), settings);
    }

    private static WelcomeSms welcome() {
        return new WelcomeSms(ID, new PhoneNumber(TO), "welcome-1", "en", 0);
    }

    private CallException failure() {
        return catchThrowableOfType(CallException.class, () -> sender.send(welcome(), CallLimit.FULL));
    }

    private Optional<String> found() {
        return sender.find(welcome(), SENT).map(MessageReceipt::messageId);
    }

    private static String message(String sid, String status, String to, String body, String direction, String created) {
        return "{\"sid\":\"" + sid + "\",\"status\":\"" + status + "\",\"to\":\"" + to + "\",\"body\":\"" + body
                + "\",\"direction\":\"" + direction + "\",\"date_created\":\"" + created
                + "\",\"date_sent\":null,\"error_code\":null,\"num_segments\":\"1\",\"price\":null}";
    }

    private static String ours(String status) {
        return message(SID, status, TO, TEXT, "outbound-api", CREATED);
    }

    private static Behaviour page(@Nullable String next, String... messages) {
        return answer(
                200,
                "{\"messages\":[" + String.join(",", messages) + "],\"page\":0,\"next_page_uri\":"
                        + (next == null ? "null" : "\"" + next + "\"") + "}");
    }

    @Test
    void smsIsSentAsAForm() {
        provider.will(answer(201, ours("queued")), answer(201, ours("accepted")));

        String receipt = sender.send(welcome(), CallLimit.FULL).messageId();
        Request first = provider.lastRequest();
        sender(new TwilioSettings(ACCOUNT, null, SERVICE)).send(welcome(), CallLimit.FULL);

        assertThat(receipt).isEqualTo(SID);
        assertThat(first.method() + " " + first.target())
                .isEqualTo("POST /base/2010-04-01/Accounts/" + ACCOUNT + "/Messages.json");
        assertThat(first.headers().get("content-type")).startsWith("application/x-www-form-urlencoded");
        assertThat(first.headers()).doesNotContainKey("idempotency-key");
        assertThat(first.body())
                .isEqualTo("To=%2B14155550101&From=%2B15551234567&Body=Welcome%21+Your+registration+is+complete."
                        + "+Reference%3A+" + ID + "&SmartEncoded=false");
        assertThat(provider.lastRequest().body())
                .contains("&MessagingServiceSid=" + SERVICE + "&")
                .doesNotContain("From=");
        assertThat(sender.guarantees().dedupes()).isFalse();
        assertThat(sender.guarantees().finds()).isTrue();
        assertThat(sender.guarantees().repeatable()).isFalse();
    }

    @Test
    void accountAndTokenAreTheCredential() {
        String header = FROM_NUMBER.credential(new Secret("token")).build().reveal();

        assertThat(FROM_NUMBER.credential(new Secret("token")).toString()).doesNotContain("token");
        assertThat(header).startsWith("Basic ");
        assertThat(new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8))
                .isEqualTo(ACCOUNT + ":token");
    }

    /** Every documented status of a message. */
    @ParameterizedTest
    @CsvSource({
        "accepted, taken",
        "scheduled, taken",
        "queued, taken",
        "sending, taken",
        "sent, taken",
        "delivered, taken",
        "partially_delivered, taken",
        "read, taken",
        "canceled, rejected",
        "failed, rejected",
        "undelivered, rejected",
        "receiving, unknown",
        "received, unknown",
        "a_new_one, unknown",
        "'', unknown"
    })
    void statusMeansWhatTheDocumentationSays(String status, String outcome) {
        provider.will(answer(201, ours(status)));

        if (outcome.equals("taken")) {
            assertThat(sender.send(welcome(), CallLimit.FULL).messageId()).isEqualTo(SID);
        } else {
            assertThat(outcome(failure())).isEqualTo(outcome);
        }
        assertThat(outbound.unlisted(Step.SMS)).isEqualTo(outcome.equals("unknown") ? 1 : 0);
    }

    private static String outcome(CallException failure) {
        if (failure instanceof UnavailableException unavailable) {
            return unavailable.reason() == Reason.BLOCKED ? "blocked" : "unavailable";
        }
        return failure instanceof RejectedException ? "rejected" : "unknown";
    }

    /** Every documented error code for sending a message. */
    @ParameterizedTest
    @CsvSource({
        "10001, blocked",
        "20003, blocked",
        "20005, blocked",
        "20006, blocked",
        "20008, blocked",
        "20010, blocked",
        "90010, blocked",
        "14107, unavailable",
        "20429, unavailable",
        "21611, unavailable",
        "63038, unavailable",
        "20001, rejected",
        "20002, rejected",
        "21211, rejected",
        "21214, rejected",
        "21217, rejected",
        "21219, rejected",
        "21265, rejected",
        "21266, rejected",
        "21267, rejected",
        "21408, rejected",
        "21602, rejected",
        "21604, rejected",
        "21605, rejected",
        "21608, rejected",
        "21610, rejected",
        "21612, rejected",
        "21614, rejected",
        "21617, rejected",
        "21618, rejected",
        "21619, rejected",
        "21635, rejected",
        "21656, rejected",
        "30032, rejected",
        "21212, blocked",
        "21603, blocked",
        "21606, blocked",
        "21659, blocked",
        "21660, blocked",
        "21661, blocked",
        "21701, blocked",
        "21703, blocked",
        "21704, blocked",
        "21705, blocked"
    })
    void errorMeansWhatTheDictionarySays(int number, String outcome) {
        provider.will(answer(400, "{\"code\":" + number + ",\"message\":\"" + TO + "\",\"status\":400}"));

        CallException failure = failure();

        assertThat(outcome(failure)).isEqualTo(outcome);
        assertThat(failure).hasMessageNotContaining(TO);
        assertThat(outbound.unlisted(Step.SMS)).isZero();
        if (failure instanceof RejectedException rejected) {
            assertThat(rejected.providerCode()).isEqualTo("twilio_" + number);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "401, 20003, blocked", "403, 20006, blocked", "404, 20404, blocked", "405, 20004, blocked", "407, 0, blocked",
        "425, 0, blocked", "429, 20429, unavailable", "408, 0, unknown", "500, 20500, unknown", "502, 0, unknown",
        "503, 20503, unknown", "504, 0, unknown"
    })
    void httpStatusMeansWhatItAlwaysMeans(int status, int number, String outcome) {
        provider.will(answer(status, "{\"code\":" + number + ",\"status\":" + status + "}"));

        assertThat(outcome(failure())).isEqualTo(outcome);
        assertThat(outbound.unlisted(Step.SMS)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"400, 29999", "400, 0", "402, 21211", "409, 21211", "410, 0", "413, 0", "422, 21211"})
    void errorThatIsNotListedIsUnknownAndCounted(int status, int number) {
        provider.will(answer(status, "{\"code\":" + number + "}"));

        assertThat(failure()).isInstanceOf(UnknownOutcomeException.class);
        assertThat(outbound.unlisted(Step.SMS)).isOne();
    }

    static Stream<Arguments> lostAnswers() {
        return Stream.of(
                Arguments.of("reset", ProviderStub.reset()),
                Arguments.of("closed", ProviderStub.closeWithoutAnswer()),
                Arguments.of("hangs", ProviderStub.hang()),
                Arguments.of("cut", ProviderStub.raw("HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{\"sid\"")),
                Arguments.of("no sid", answer(201, "{\"status\":\"queued\"}")),
                Arguments.of("odd sid", answer(201, ours("queued").replace(SID, TO))),
                Arguments.of("not JSON", answer(400, "<html>")),
                Arguments.of("empty", answer(201, "")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lostAnswers")
    void lostAnswerToASendIsUnknown(String name, Behaviour behaviour) {
        provider.will(behaviour);

        assertThat(failure()).isInstanceOf(UnknownOutcomeException.class);
        assertThat(provider.requests()).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lostAnswers")
    void lostAnswerToALookupIsNoAnswer(String name, Behaviour behaviour) {
        provider.will(behaviour);

        assertThatThrownBy(this::found).isInstanceOf(UnavailableException.class);
    }

    @Test
    void refusedConnectionIsUnavailable() throws Exception {
        provider.refuse();

        assertThat(failure()).isInstanceOf(UnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"queued", "accepted", "sending", "sent", "delivered"})
    void messageIsFoundByRecipientTextAndTimeAlsoWhileItIsQueued(String status) {
        provider.will(page(null, message(OTHER_SID, "sent", TO, "another", "outbound-api", CREATED), ours(status)));

        assertThat(found()).contains(SID);
        assertThat(provider.lastRequest().method() + " "
                        + provider.lastRequest().target())
                .isEqualTo(
                        "GET /base/2010-04-01/Accounts/" + ACCOUNT + "/Messages.json?To=%2B14155550101&PageSize=100");
    }

    static Stream<Arguments> messagesOfOthers() {
        return Stream.of(
                Arguments.of("another recipient", message(SID, "sent", "+14155550102", TEXT, "outbound-api", CREATED)),
                Arguments.of("another text", message(SID, "sent", TO, TEXT + ".", "outbound-api", CREATED)),
                Arguments.of("from the user", message(SID, "received", TO, TEXT, "inbound", CREATED)),
                Arguments.of(
                        "before", message(SID, "sent", TO, TEXT, "outbound-api", "Wed, 04 Mar 2026 05:05:06 +0000")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messagesOfOthers")
    void messageOfAnotherIsNotTakenForOurs(String name, String message) {
        provider.will(page(null, message));

        assertThat(found()).isEmpty();
    }

    @Test
    void trialAccountsTextIsStillFound() {
        provider.will(page(
                null,
                message(
                        SID,
                        "sent",
                        TO,
                        "Sent from your Twilio trial account - " + TEXT,
                        "outbound-api",
                        "Wed, 04 Mar 2026 05:05:08 +0000")));

        assertThat(found()).contains(SID);
    }

    @Test
    void messageThatFailedIsRejectedUnlessAnotherOneWent() {
        provider.will(
                page(null, ours("failed").replace("\"error_code\":null", "\"error_code\":30003")),
                page(null, ours("failed"), ours("sent").replace(SID, OTHER_SID)));

        RejectedException failure = catchThrowableOfType(RejectedException.class, this::found);

        assertThat(failure.providerCode()).isEqualTo("twilio_30003");
        assertThat(found()).contains(OTHER_SID);
    }

    @Test
    void unlistedStatusOfAFoundMessageIsNoAnswer() {
        provider.will(page(null, ours("a_new_one")));

        assertThatThrownBy(this::found).isInstanceOf(UnavailableException.class);
        assertThat(outbound.unlisted(Step.SMS)).isOne();
    }

    @Test
    void allPagesAreReadUntilTheyAreTooOldToMatter() {
        String next = "/2010-04-01/Accounts/" + ACCOUNT + "/Messages.json?To=x&Page=1&PageToken=PA";
        String old = message(OTHER_SID, "sent", TO, "x", "outbound-api", "Mon, 02 Mar 2026 05:06:07 +0000");
        provider.will(
                page(next, message(OTHER_SID, "sent", TO, "x", "outbound-api", CREATED)),
                page(null, ours("sent")),
                page(next, old));

        assertThat(found()).contains(SID);
        assertThat(provider.requests().get(1).target()).isEqualTo("/base" + next);
        assertThat(found()).isEmpty();
        assertThat(provider.requests()).hasSize(3);
    }

    @Test
    void listWithoutAnEndAndAPageElsewhereAreNoAnswers() {
        String next = "/2010-04-01/Accounts/" + ACCOUNT + "/Messages.json?Page=1";
        String other = message(OTHER_SID, "sent", TO, "x", "outbound-api", CREATED);
        for (int i = 0; i < 10; i++) {
            provider.will(page(next, other));
        }

        assertThatThrownBy(this::found).isInstanceOf(UnavailableException.class).hasMessageContaining("10 pages");
        assertThat(provider.requests()).hasSize(10);

        provider.will(page("/2010-04-01/Accounts/AC1/Messages.json?Page=1", other));
        assertThatThrownBy(this::found).isInstanceOf(UnavailableException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "AC1, +15551234567, , accountSid",
        "AC00000000000000000000000000000000, , , exactly one",
        "AC00000000000000000000000000000000, +15551234567, MG11111111111111111111111111111111, exactly one",
        "AC00000000000000000000000000000000, +1&To=x, , from",
        "AC00000000000000000000000000000000, , MG1, messagingServiceSid",
    })
    void settingsRefuseWhatCannotBeUsed(
            String account, @Nullable String from, @Nullable String service, String message) {
        assertThatThrownBy(() -> new TwilioSettings(account, from, service)).hasMessageContaining(message);
    }
}
