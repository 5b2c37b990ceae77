package dev.registrar.notification.resend;

import static dev.registrar.outbound.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.resend.ResendEmailSender.ResendSettings;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.notification.template.TemplateLoader;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ProviderStub;
import dev.registrar.outbound.ProviderStub.Behaviour;
import dev.registrar.outbound.ProviderStub.Request;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResendEmailSenderTest {

    private static final RegistrationId ID = RegistrationId.of("0f8e1c1a-0000-4000-8000-000000000001");

    private final OutboundFixture outbound = new OutboundFixture();
    private ProviderStub provider;
    private ResendEmailSender sender;

    @BeforeEach
    void start() throws IOException {
        provider = new ProviderStub();
        sender = sender(provider.url());
    }

    @AfterEach
    void stop() {
        outbound.close();
        provider.close();
    }

    private ResendEmailSender sender(URI url) {
        return new ResendEmailSender(
                outbound.client(Step.EMAIL, url),
                new TemplateCatalog(TemplateLoader.builtIn().load(), version -> Optional.empty()),
                new ResendSettings("Registrar <welcome@example.org>"));
    }

    private static WelcomeEmail welcome(String to, String fullName, int resend) {
        return new WelcomeEmail(ID, new EmailAddress(to), fullName, "welcome-1", "de", resend);
    }

    private CallException failure(CallLimit limit) {
        return catchThrowableOfType(
                CallException.class, () -> sender.send(welcome("ada@example.com", "Ada", 0), limit));
    }

    @Test
    void emailIsSentUnderItsKeyWithItsText() throws Exception {
        provider.will(
                answer(200, "{\"id\":\"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794\"}"), answer(200, "{\"id\":\"m-2\"}"));

        String receipt = sender.send(welcome("ada@example.com", "Ada <b>\r\nBcc: x", 0), CallLimit.LOCAL)
                .messageId();
        Request first = provider.lastRequest();
        sender.send(welcome("ada@example.com", "Ada", 2), CallLimit.FULL);

        assertThat(receipt).isEqualTo("49a3999c-0ce1-4ea6-ab68-afcd6dc2e794");
        assertThat(first.method() + " " + first.target()).isEqualTo("POST /base/emails");
        assertThat(first.headers()).containsEntry("idempotency-key", "email:" + ID);
        assertThat(provider.lastRequest().headers()).containsEntry("idempotency-key", "email:" + ID + ":resend:2");
        JsonNode body = new ObjectMapper().readTree(first.body());
        assertThat(body.size()).isEqualTo(5);
        assertThat(body.get("from").textValue()).isEqualTo("Registrar <welcome@example.org>");
        assertThat(body.get("to").size()).isOne();
        assertThat(body.get("to").get(0).textValue()).isEqualTo("ada@example.com");
        assertThat(body.get("subject").textValue()).isEqualTo("Willkommen, Ada <b> Bcc: x");
        assertThat(body.get("html").textValue()).contains("Guten Tag Ada &lt;b&gt;");
        assertThat(body.get("text").textValue()).contains("Guten Tag Ada <b>");
        assertThat(sender.guarantees().dedupesFor()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void sameMessageIsTheSameBytes() {
        provider.will(answer(200, "{\"id\":\"m-1\"}"), answer(200, "{\"id\":\"m-1\"}"));

        sender.send(welcome("ada@example.com", "Ada", 0), CallLimit.FULL);
        sender.send(welcome("ada@example.com", "Ada", 0), CallLimit.FULL);

        assertThat(provider.requests().stream().map(Request::body).distinct()).hasSize(1);
    }

    /** Every status and name on Resend's page "Errors". */
    @ParameterizedTest
    @CsvSource({
        "400, invalid_idempotency_key,         rejected",
        "400, validation_error,                rejected",
        "401, missing_api_key,                 blocked",
        "401, restricted_api_key,              blocked",
        "401, validation_error,                blocked",
        "403, invalid_api_key,                 blocked",
        "403, validation_error,                blocked",
        "404, not_found,                       blocked",
        "405, method_not_allowed,              blocked",
        "409, invalid_idempotent_request,      unknown",
        "409, concurrent_idempotent_requests,  unknown",
        "422, invalid_access,                  blocked",
        "422, invalid_attachment,              rejected",
        "422, invalid_from_address,            blocked",
        "422, invalid_parameter,               rejected",
        "422, invalid_region,                  blocked",
        "422, missing_required_field,          rejected",
        "422, validation_error,                rejected",
        "429, monthly_quota_exceeded,          unavailable",
        "429, daily_quota_exceeded,            unavailable",
        "429, rate_limit_exceeded,             unavailable",
        "451, security_error,                  rejected",
        "500, application_error,               unknown",
        "500, internal_server_error,           unknown",
        "502, '',                              unknown",
        "503, '',                              unknown",
        "504, '',                              unknown",
        "408, '',                              unknown",
    })
    void errorMeansWhatTheDocumentationSays(int status, String name, String outcome) {
        provider.will(answer(
                status, "{\"statusCode\":" + status + ",\"name\":\"" + name + "\",\"message\":\"ada@example.com\"}"));

        CallException failure = failure(CallLimit.FULL);

        assertThat(outcome(failure)).isEqualTo(outcome);
        assertThat(failure).hasMessageNotContaining("ada");
        assertThat(outbound.unlisted(Step.EMAIL)).isZero();
        if (failure instanceof RejectedException rejected) {
            assertThat(rejected.providerCode()).isEqualTo(name);
        }
    }

    private static String outcome(CallException failure) {
        if (failure instanceof UnavailableException unavailable) {
            return unavailable.reason() == Reason.BLOCKED ? "blocked" : "unavailable";
        }
        return failure instanceof RejectedException ? "rejected" : "unknown";
    }

    @ParameterizedTest
    @CsvSource({
        "400, a_new_error",
        "400, ''",
        "409, conflict",
        "422, a_new_error",
        "451, other",
        "402, payment_required",
        "406, x",
        "410, gone",
        "413, too_large",
        "418, x"
    })
    void errorThatIsNotListedIsUnknownAndCounted(int status, String name) {
        provider.will(answer(status, "{\"name\":\"" + name + "\"}"));

        assertThat(failure(CallLimit.FULL)).isInstanceOf(UnknownOutcomeException.class);
        assertThat(outbound.unlisted(Step.EMAIL)).isOne();
    }

    static Stream<Arguments> lostAnswers() {
        return Stream.of(
                Arguments.of("reset", ProviderStub.reset()),
                Arguments.of("closed", ProviderStub.closeWithoutAnswer()),
                Arguments.of("hangs", ProviderStub.hang()),
                Arguments.of("cut", ProviderStub.raw("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"id\"")),
                Arguments.of("no id", answer(200, "{}")),
                Arguments.of("odd id", answer(200, "{\"id\":\"ada@example.com\"}")),
                Arguments.of("not JSON", answer(200, "<html>")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lostAnswers")
    void lostAnswerIsUnknown(String name, Behaviour behaviour) {
        provider.will(behaviour);

        assertThat(failure(CallLimit.FULL)).isInstanceOf(UnknownOutcomeException.class);
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void refusedConnectionIsUnavailable() throws Exception {
        provider.refuse();

        assertThat(failure(CallLimit.FULL)).isInstanceOf(UnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@example.com,b@example.com", "ada", "Ada <a@example.com>", ""})
    void addressThatIsNoneIsRejectedBeforeAnythingIsSent(String to) {
        assertThatThrownBy(() -> sender.send(welcome(to, "Ada", 0), CallLimit.FULL))
                .isInstanceOf(RejectedException.class);
        assertThat(provider.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "welcome",
                "a@example.org, b@example.org",
                "A <a@example.org>, b@example.org",
                "A\n<a@example.org>"
            })
    void senderIsOneAddress(String from) {
        assertThatThrownBy(() -> new ResendSettings(from)).hasMessageContaining("from");
    }
}
