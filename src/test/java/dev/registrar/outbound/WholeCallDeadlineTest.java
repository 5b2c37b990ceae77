package dev.registrar.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.flow.Poll;
import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.ServiceClientFactory.PoolFactory;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WholeCallDeadlineTest {

    private static final long DEADLINE_MILLIS = 700;

    private ProviderStub provider;
    private OutboundFixture outbound;
    private ServiceClient client;

    static Stream<Arguments> stuckPlaces() {
        return Stream.of(
                Arguments.of("before the headers", ProviderStub.hang()),
                Arguments.of("in the body", ProviderStub.hangInBody()),
                Arguments.of("dripping body", ProviderStub.drip()),
                Arguments.of("dripping head", ProviderStub.dripInterim()));
    }

    @BeforeEach
    void start() throws IOException {
        provider = new ProviderStub();
        outbound = new OutboundFixture();
        client = client(Step.PAYMENT, provider.url());
        // Warm-up: loads classes before time is measured.
        provider.will(ProviderStub.answer(200, "{}"));
        call(client);
    }

    @AfterEach
    void stop() {
        outbound.close();
        provider.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stuckPlaces")
    void callEndsAtItsDeadlineWhereverItIsStuck(String name, ProviderStub.Behaviour behaviour) {
        provider.will(behaviour);

        Ended ended = call(client);

        assertThat(ended.failure).isInstanceOf(UnknownOutcomeException.class);
        assertThat(ended.millis).isBetween(DEADLINE_MILLIS - 20, DEADLINE_MILLIS * 11 / 10);
    }

    @Test
    void callEndsAtItsDeadlineWhileItConnects() throws IOException {
        try (BlackHole hole = new BlackHole()) {
            Ended ended = call(client(Step.EMAIL, hole.url()));

            assertThat(ended.failure).isInstanceOf(UnavailableException.class);
            assertThat(ended.millis).isBetween(DEADLINE_MILLIS - 20, DEADLINE_MILLIS * 11 / 10);
        }
    }

    @Test
    void callEndsAtOnceWhenTheBodyIsTooLarge() {
        provider.will(ProviderStub.huge(200));

        Ended ended = call(client);

        assertThat(ended.failure).isInstanceOf(UnknownOutcomeException.class);
        assertThat(ended.millis).isLessThan(DEADLINE_MILLIS);
    }

    @Test
    void callWaitsNoLongerThanTheLeaseTimeoutForAConnectionAndCountsAsNotSent() throws InterruptedException {
        PoolFactory one = new PoolFactory(1, 1, null, null, Duration.milliseconds(100));
        ServiceClientFactory config = OutboundFixture.config(provider.url());
        config.setDeadline(Duration.seconds(5));
        config.setPool(one);
        ServiceClient narrow = outbound.client(Step.SMS, config);
        ServiceOperation send = narrow.changing("send", "sms");
        provider.will(ProviderStub.hang());
        AtomicReference<@Nullable Throwable> held = new AtomicReference<>();
        Thread holder = new Thread(() ->
                held.set(catchThrowable(() -> send.call(post(), narrow.deadline(CallLimit.FULL), reply -> ""))));
        holder.start();
        Poll.until(
                "both are in progress",
                Duration.seconds(10).toJavaDuration(),
                () -> provider.requests().size() == 2);

        UnavailableException failure = catchThrowableOfType(
                UnavailableException.class, () -> send.call(post(), narrow.deadline(CallLimit.FULL), reply -> ""));

        assertThat(failure.reason()).isEqualTo(UnavailableException.Reason.FAILED);
        assertThat(outbound.counted()).as("says nothing of the provider").isOne();
        provider.close();
        holder.join();
        assertThat(held.get()).isInstanceOf(UnknownOutcomeException.class);
    }

    private static ServiceRequest post() {
        return ServiceRequest.post("/x", IdempotencyKey.of("k"), WireFormat.write("x"));
    }

    private record Ended(CallException failure, long millis) {}

    private Ended call(ServiceClient client) {
        ServiceOperation operation = client.changing("send", "it");
        long begun = System.nanoTime();
        CallException failure = catchThrowableOfType(
                CallException.class,
                () -> operation.call(post(), client.deadline(CallLimit.FULL), reply -> {
                    throw new UnreadableReplyException("nothing is right");
                }));
        return new Ended(failure, (System.nanoTime() - begun) / 1_000_000);
    }

    private ServiceClient client(Step service, URI url) {
        ServiceClientFactory config = OutboundFixture.config(url);
        config.setDeadline(Duration.milliseconds(DEADLINE_MILLIS));
        config.setConnectTimeout(Duration.seconds(30));
        return outbound.client(service, config);
    }
}
