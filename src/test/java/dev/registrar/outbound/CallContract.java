package dev.registrar.outbound;

import static dev.registrar.outbound.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.outbound.ServiceClientFactory.BreakerFactory;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Map;
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

/** How every call of every port handles every provider failure. The test of each operation inherits it. */
public abstract class CallContract {

    protected ProviderStub provider;
    protected OutboundFixture outbound;
    private @Nullable ServiceClient client;

    protected abstract Step service();

    /** Whether the tested operation may change something. */
    protected abstract boolean changes();

    /** Makes the tested call once. */
    protected abstract void call(ServiceClient client, CallLimit limit);

    @BeforeEach
    void startProvider() throws IOException {
        provider = new ProviderStub();
        outbound = new OutboundFixture();
        client = null;
    }

    @AfterEach
    void stopProvider() {
        outbound.close();
        provider.close();
    }

    /** The client of the provider, created at the first use because a service has only one. */
    protected ServiceClient client() {
        ServiceClient made = client;
        if (made == null) {
            made = outbound.client(service(), provider.url());
            client = made;
        }
        return made;
    }

    private CallException failure() {
        return catchThrowableOfType(CallException.class, () -> call(client(), CallLimit.FULL));
    }

    /** Unknown for a call that changes something, unavailable for a read. */
    private void assertInDoubt(CallException failure) {
        assertThat(failure).isInstanceOf(changes() ? UnknownOutcomeException.class : UnavailableException.class);
        assertThat(failure.service()).isEqualTo(service());
        assertThat(outbound.ended(service(), changes() ? "unknown" : "unavailable"))
                .isOne();
        assertThat(outbound.attempts(service())).isEqualTo(1.0);
    }

    static Stream<Arguments> doubtfulAnswers() {
        return Stream.of(
                Arguments.of("500", answer(500, "{\"code\":\"oops\"}")),
                Arguments.of("502", answer(502, "<html>bad gateway</html>")),
                Arguments.of("408", answer(408, "{}")),
                Arguments.of("redirect", answer(302, "", "Location: /base/elsewhere")),
                Arguments.of("not modified", answer(304, "")),
                Arguments.of("malformed", answer(200, "{\"transactionId\": \"tx_")),
                Arguments.of("not JSON", answer(200, "<html>hello</html>")),
                Arguments.of("another shape", answer(200, "[1, 2]")),
                Arguments.of("null", answer(200, "null")),
                Arguments.of("empty object", answer(200, "{}")),
                Arguments.of("empty", answer(200, "")),
                Arguments.of("no content", answer(204, "")),
                Arguments.of("said to be huge", answer(200, " ".repeat(70_000))),
                Arguments.of("endless", ProviderStub.huge(200)),
                Arguments.of("endless head", ProviderStub.hugeHead()),
                Arguments.of("cut off", ProviderStub.raw("HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{")),
                Arguments.of("not HTTP", ProviderStub.raw("SSH-2.0-OpenSSH_9.2\r\n\r\n")),
                Arguments.of("reset", ProviderStub.reset()),
                Arguments.of("closed", ProviderStub.closeWithoutAnswer()),
                Arguments.of("hangs", ProviderStub.hang()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doubtfulAnswers")
    void callIsInDoubtWhenNoAnswerCountsAndTheBreakerCountsAFailure(String name, ProviderStub.Behaviour behaviour) {
        provider.will(behaviour);

        CallException failure = failure();

        assertInDoubt(failure);
        assertThat(outbound.countedAsFailed()).isOne();
        assertThat(provider.requests()).as("sent once, no redirect followed").hasSize(1);
    }

    @Test
    void callIsInDoubtWhileTheFirstRequestOfItsKeyIsInProgress() {
        provider.will(answer(409, "{\"code\":\"idempotency_key_in_progress\"}"));

        assertInDoubt(failure());
        assertThat(outbound.countedAsFailed()).isZero();
        assertThat(outbound.counted()).isOne();
    }

    @ParameterizedTest
    @CsvSource({"400,invalid_request", "406,Not.Acceptable", "410,gone", "422,idempotency_key_reused"})
    void callIsRejectedByAnyOther4xxWhichTheBreakerCountsAsASuccess(int status, String code) {
        provider.will(answer(status, "{\"code\":\"" + code + "\",\"message\":\"ada@example.com\"}"));

        CallException failure = failure();

        assertThat(failure).isInstanceOf(RejectedException.class).hasMessageNotContaining("ada");
        assertThat(((RejectedException) failure).providerCode()).matches("[a-z0-9_]{1,64}");
        assertThat(outbound.counted()).isOne();
        assertThat(outbound.countedAsFailed()).isZero();
        assertThat(outbound.ended(service(), "rejected")).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 405, 407, 425})
    void callIsBlockedWhileTheProviderRefusesUsAndTheBreakerCountsAFailure(int status) {
        provider.will(answer(status, "{\"code\":\"no_access\"}"));

        UnavailableException failure =
                catchThrowableOfType(UnavailableException.class, () -> call(client(), CallLimit.FULL));

        assertThat(failure.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(failure.retryAfter()).isEmpty();
        assertThat(outbound.countedAsFailed()).isOne();
        assertThat(outbound.ended(service(), "unavailable")).isOne();
        assertThat(outbound.refusedBy()).containsExactly(Map.entry(service(), status));
    }

    @ParameterizedTest
    @CsvSource({"ada@example.com", "card 4242 was refused", "+14155550101", "4155550101"})
    void rejectionKeepsNothingThatIsNoCode(String text) {
        provider.will(answer(422, "{\"code\":\"" + text + "\"}"));

        CallException failure = failure();

        assertThat(((RejectedException) failure).providerCode()).isEqualTo("http_422");
    }

    @ParameterizedTest
    @CsvSource({"7,7", "0,1", "99999,600", "-5,0", "soon,0"})
    void callIsUnavailableAfter429AndHonoursItsTimeWithinBounds(String header, int seconds) {
        provider.will(answer(429, "{}", "Retry-After: " + header));

        UnavailableException failure = (UnavailableException) failure();

        assertThat(failure.reason()).isEqualTo(seconds == 0 ? Reason.FAILED : Reason.RETRY_AFTER);
        assertThat(failure.retryAfter().map(java.time.Duration::toSeconds).orElse(0L))
                .isEqualTo(seconds);
        assertThat(outbound.countedAsFailed()).isOne();
    }

    @Test
    void callHonoursTheTimeOfA503() {
        provider.will(answer(503, "{}", "Retry-After: 9"));

        CallException failure = failure();

        assertInDoubt(failure);
        if (failure instanceof UnavailableException unavailable) {
            assertThat(unavailable.reason()).isEqualTo(Reason.RETRY_AFTER);
            assertThat(unavailable.retryAfter()).contains(java.time.Duration.ofSeconds(9));
        } else {
            assertThat(((UnknownOutcomeException) failure).retryAfter()).contains(java.time.Duration.ofSeconds(9));
        }
    }

    @Test
    void callIsUnavailableWhenTheConnectionIsRefused() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        ServiceClient nobody = outbound.client(service(), URI.create("http://127.0.0.1:" + free));

        assertThatThrownBy(() -> call(nobody, CallLimit.LOCAL)).isInstanceOf(UnavailableException.class);
        assertThat(outbound.countedAsFailed()).isOne();
    }

    @Test
    void callIsUnavailableWhenNobodyTakesTheConnection() throws IOException {
        try (BlackHole hole = new BlackHole()) {
            ServiceClient nobody = outbound.client(service(), hole.url());

            assertThatThrownBy(() -> call(nobody, CallLimit.FULL)).isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void callIsUnavailableAndNotSentWhenTheBreakerIsOpen() {
        BreakerFactory quick = new BreakerFactory(2, 2, null, null, null, Duration.seconds(20), null, null);
        ServiceClient brittle = outbound.client(service(), OutboundFixture.config(provider.url(), quick));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> call(brittle, CallLimit.FULL)).isInstanceOf(CallException.class);
        }

        UnavailableException failure =
                catchThrowableOfType(UnavailableException.class, () -> call(brittle, CallLimit.FULL));

        assertThat(failure.reason()).isEqualTo(Reason.BREAKER_OPEN);
        assertThat(failure.retryAfter().orElseThrow())
                .isBetween(java.time.Duration.ofSeconds(15), java.time.Duration.ofSeconds(20));
        assertThat(provider.requests()).hasSize(2);
        assertThat(outbound.ended(service(), "breaker_open")).isOne();
        assertThat(outbound.attempts(service())).isEqualTo(2.0);
    }
}
