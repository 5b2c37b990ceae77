package dev.registrar.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Step;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.outbound.ErrorDialect.ProviderError;
import dev.registrar.outbound.ErrorDialect.ProviderError.Meaning;
import dev.registrar.outbound.ProviderStub.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Needs of providers that do not speak the documented wire protocol: forms, headers, long responses, request ids. */
class FormBodyTest {

    private ProviderStub provider;
    private OutboundFixture outbound;
    private ServiceClient client;

    @BeforeEach
    void start() throws Exception {
        provider = new ProviderStub();
        outbound = new OutboundFixture();
        client = outbound.client(Step.SMS, provider.url());
    }

    @AfterEach
    void stop() {
        outbound.close();
        provider.close();
    }

    private int send(ServiceClient by, ServiceRequest request) {
        return by.changing("send", "sms").call(request, by.deadline(CallLimit.FULL), reply -> reply.body().length);
    }

    @Test
    void parametersAreEncodedInTheirOrderAndAbsentOnesAreLeftOut() {
        FormBody form = FormBody.EMPTY
                .with("Body", "50 % off & more: Grüße + 1=1")
                .with("amount", 4990)
                .with("metadata", "registration_id", "r-1")
                .with("metadata", "description", null)
                .with("To", "+14155550101");

        assertThat(form.encoded())
                .isEqualTo("Body=50+%25+off+%26+more%3A+Gr%C3%BC%C3%9Fe+%2B+1%3D1&amount=4990"
                        + "&metadata%5Bregistration_id%5D=r-1&To=%2B14155550101");
        assertThat(form.queryOf("/v1/things")).startsWith("/v1/things?Body=");
        assertThat(FormBody.EMPTY.queryOf("/v1/things")).isEqualTo("/v1/things");
        assertThat(form).hasToString("FormBody[4 parameters]");
    }

    @Test
    void formIsSentWithItsTypeItsKeyAndFurtherHeaders() {
        provider.will(ProviderStub.answer(201, "{}"));
        ServiceRequest request = ServiceRequest.postForm(
                        "/messages", IdempotencyKey.of("sms:1"), FormBody.EMPTY.with("To", "+1"))
                .withHeader("Provider-Version", "2026-01-01");

        send(client, request);

        Request sent = provider.lastRequest();
        assertThat(sent.body()).isEqualTo("To=%2B1");
        assertThat(sent.headers())
                .containsEntry("content-type", "application/x-www-form-urlencoded")
                .containsEntry("idempotency-key", "sms:1")
                .containsEntry("provider-version", "2026-01-01");
    }

    @Test
    void requestIsPrintedWithoutItsQuery() {
        assertThat(ServiceRequest.get("/messages?To=%2B14155550101")).hasToString("GET /messages");
    }

    @Test
    void replyMayBeAsLongAsTheRequestAllows() {
        String page = "[" + " ".repeat(70_000) + "]";
        provider.will(ProviderStub.answer(200, page), ProviderStub.answer(200, page));
        ServiceRequest request = ServiceRequest.get("/messages");

        assertThat(send(client, request.readingUpTo(100_000))).isEqualTo(page.length());
        assertThatThrownBy(() -> send(client, request))
                .isInstanceOf(UnknownOutcomeException.class)
                .hasMessageContaining("more than 65536 bytes");
    }

    @Test
    void failureNamesTheProvidersIdOfTheRequestIfItLooksLikeOne() {
        provider.will(
                ProviderStub.answer(500, "{}", "Request-Id: req_1"),
                ProviderStub.answer(500, "{}", "Twilio-Request-Id: RQ1"),
                ProviderStub.answer(500, "{}", "X-Request-Id: to ada@example.com"),
                ProviderStub.answer(200, " ".repeat(70_000), "X-Request-Id: 7-8"));
        ServiceRequest request = ServiceRequest.get("/messages");

        assertThatThrownBy(() -> send(client, request)).hasMessageEndingWith("answered 500, request req_1");
        assertThatThrownBy(() -> send(client, request)).hasMessageEndingWith("answered 500, request RQ1");
        assertThatThrownBy(() -> send(client, request)).hasMessageEndingWith("answered 500");
        assertThatThrownBy(() -> send(client, request)).hasMessageEndingWith("bytes, request 7-8");
    }

    @Test
    void dialectDecidesWhatAnErrorMeans() {
        ServiceClient other = client.speaking(reply -> new ProviderError(
                reply.status() == 499 ? Meaning.IN_DOUBT : Meaning.KEY_IN_PROGRESS, "their_code", null));
        provider.will(ProviderStub.answer(499, "{}"), ProviderStub.answer(498, "{}"));
        ServiceRequest request = ServiceRequest.get("/messages");

        assertThatThrownBy(() -> send(other, request))
                .isInstanceOf(UnknownOutcomeException.class)
                .hasMessageContaining("their_code");
        assertThat(outbound.countedAsFailed()).isOne();
        assertThatThrownBy(() -> send(other, request)).isInstanceOf(UnknownOutcomeException.class);
        assertThat(outbound.countedAsFailed()).as("in progress is healthy").isOne();
        assertThat(outbound.unlisted("error")).isZero();
    }
}
