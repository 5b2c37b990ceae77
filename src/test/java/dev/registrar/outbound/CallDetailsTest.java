package dev.registrar.outbound;

import static dev.registrar.outbound.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.model.AttemptFailure;
import dev.registrar.model.AttemptFailure.Outcome;
import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.Step;
import dev.registrar.outbound.Breakers.ForcedState;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is kept of a failed call: sent, not sent or unknown, with the answer's status, code and request id. */
class CallDetailsTest {

    private static final Instant NOW = Instant.parse("2026-11-27T21:45:00Z");

    private ProviderStub provider;
    private OutboundFixture outbound;

    @BeforeEach
    void startProvider() throws IOException {
        provider = new ProviderStub();
        outbound = new OutboundFixture();
    }

    @AfterEach
    void stopProvider() {
        outbound.close();
        provider.close();
    }

    private static AttemptFailure failure(ServiceClient client, boolean changes) {
        ServiceOperation operation = changes ? client.changing("send", "sms") : client.reading("find", "sms");
        CallException thrown = catchThrowableOfType(
                CallException.class,
                () -> operation.call(ServiceRequest.get("/messages"), client.deadline(CallLimit.FULL), reply -> {
                    throw new UnreadableReplyException("no id");
                }));
        return AttemptFailure.of(thrown, 1, NOW);
    }

    private AttemptFailure failure() {
        return failure(outbound.client(Step.SMS, provider.url()), true);
    }

    private static AttemptFailure of(
            Outcome outcome, @Nullable Integer status, @Nullable String code, @Nullable String requestId) {
        return new AttemptFailure(1, NOW, outcome, status, code, requestId);
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of(
                        answer(422, "{\"code\":\"Invalid.Number\"}", "Request-Id: req_1"),
                        of(Outcome.SENT, 422, "invalid_number", "req_1")),
                Arguments.of(
                        answer(429, "{\"code\":\"rate_limit\"}", "X-Request-Id: a+b/c=="),
                        of(Outcome.SENT, 429, "rate_limit", "a+b/c==")),
                Arguments.of(answer(401, "{}", "Twilio-Request-Id: RQ1"), of(Outcome.SENT, 401, null, "RQ1")),
                Arguments.of(
                        answer(500, "{\"code\":\"oops\"}", "Request-Id: req_2"),
                        of(Outcome.UNKNOWN, 500, "oops", "req_2")),
                Arguments.of(answer(503, "<html>", "Retry-After: 7"), of(Outcome.UNKNOWN, 503, null, null)),
                Arguments.of(
                        answer(409, "{\"code\":\"idempotency_key_in_progress\"}"),
                        of(Outcome.UNKNOWN, 409, "idempotency_key_in_progress", null)),
                Arguments.of(
                        answer(200, "{}", "Request-Id: req_3"), of(Outcome.UNKNOWN, 200, "unreadable_answer", "req_3")),
                Arguments.of(
                        answer(200, " ".repeat(70_000), "Request-Id: req_4"),
                        of(Outcome.UNKNOWN, 200, "unreadable_answer", "req_4")),
                Arguments.of(ProviderStub.reset(), of(Outcome.UNKNOWN, null, "connection_lost", null)),
                Arguments.of(ProviderStub.hang(), of(Outcome.UNKNOWN, null, "timeout", null)),
                Arguments.of(
                        answer(400, "{\"code\":\"ada@example.com\"}", "Request-Id: ada@example.com"),
                        of(Outcome.SENT, 400, null, null)));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("answers")
    void failedCallNamesItsAnswerAndItsOutcome(ProviderStub.Behaviour behaviour, AttemptFailure expected) {
        provider.will(behaviour);

        assertThat(failure()).isEqualTo(expected);
    }

    @Test
    void readWithoutAnAnswerSentNothingThatChangesAnything() {
        provider.will(ProviderStub.hang());

        assertThat(failure(outbound.client(Step.SMS, provider.url()), false))
                .isEqualTo(of(Outcome.NOT_SENT, null, "timeout", null));
    }

    @Test
    void refusedConnectionIsNotSent() throws IOException {
        try (Socket bound = new Socket()) {
            // Never listens.
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

            assertThat(failure(outbound.client(Step.SMS, URI.create("http://localhost:" + bound.getLocalPort())), true))
                    .isEqualTo(of(Outcome.NOT_SENT, null, "connect_failed", null));
        }
    }

    @Test
    void callRefusedByABreakerIsNotSent() {
        ServiceClient client = outbound.client(Step.SMS, provider.url());
        client.changing("send", "sms");
        outbound.breakers()
                .force(Map.of(
                        "sms",
                        new ForcedState(ForcedState.Mode.OPEN, Instant.now().plusSeconds(60), NOW)));

        assertThat(failure(client, true)).isEqualTo(of(Outcome.NOT_SENT, null, "breaker_held", null));
        assertThat(provider.requests()).isEmpty();
    }
}
