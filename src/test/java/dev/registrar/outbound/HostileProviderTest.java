package dev.registrar.outbound;

import static dev.registrar.outbound.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.Step;
import dev.registrar.outbound.WireFormat.BodyReader;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A malicious provider, and an environment that leads elsewhere. */
class HostileProviderTest {

    private static final BodyReader<Receipt> RECEIPT = WireFormat.reader(Receipt.class);

    private final ProviderStub provider = new ProviderStub();
    private final OutboundFixture outbound = new OutboundFixture();

    HostileProviderTest() throws IOException {}

    record Receipt(@Nullable String id, @Nullable BigDecimal amount) {}

    @AfterEach
    void stop() {
        outbound.close();
        provider.close();
    }

    private Receipt call(ServiceClient client) {
        return client.reading("get", "payment")
                .call(
                        ServiceRequest.get("/payments/" + ServiceRequest.encode("..")),
                        client.deadline(CallLimit.FULL),
                        reply -> reply.json(RECEIPT));
    }

    private ServiceClient client() {
        return outbound.client(Step.PAYMENT, provider.url());
    }

    @Test
    void proxyOfTheEnvironmentIsNotAsked() throws IOException {
        provider.will(answer(200, "{\"id\":\"a\",\"amount\":1}"));
        try (ProviderStub proxy = new ProviderStub()) {
            System.setProperty("http.proxyHost", "localhost");
            System.setProperty("http.proxyPort", Integer.toString(proxy.url().getPort()));
            System.setProperty("http.nonProxyHosts", "");
            try {
                assertThat(call(client()).id()).isEqualTo("a");
            } finally {
                System.clearProperty("http.proxyHost");
                System.clearProperty("http.proxyPort");
                System.clearProperty("http.nonProxyHosts");
            }

            assertThat(proxy.requests()).isEmpty();
            assertThat(provider.requests()).hasSize(1);
        }
    }

    @Test
    void idOfDotsStaysOneSegment() {
        provider.will(answer(200, "{\"id\":\"a\",\"amount\":1}"));

        call(client());

        assertThat(provider.lastRequest().target()).isEqualTo("/base/payments/%2E%2E");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"a\",\"id\":\"b\",\"amount\":1}",
                "{\"id\":\"a\",\"amount\":\"1\"}",
                "{\"id\":1,\"amount\":1}",
                "{\"id\":\"a\",\"amount\":true}",
                "{\"id\":\"a\",\"amount\":NaN}",
                "{\"id\":\"a\",\"amount\":1} {}"
            })
    void answerThatIsNotExactlyAsAgreedIsNotRead(String body) {
        provider.will(answer(200, body));

        assertThat(catchThrowableOfType(CallException.class, () -> call(client())))
                .isNotNull();
    }

    @Test
    void providersTextReachesNeitherExceptionNorLog() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("dev.registrar");
        Level before = ours.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        ours.setLevel(Level.TRACE);
        try {
            for (int status : new int[] {400, 422, 500, 200}) {
                provider.will(answer(
                        status,
                        "{\"code\":\"x\\u001b[31m\\r\\nERROR forged\",\"message\":\"\\u001b[2J4111111111111111\"}",
                        "X-Message: 4111111111111111"));
            }
            ServiceClient client = client();
            for (int i = 0; i < 3; i++) {
                CallException failure = catchThrowableOfType(CallException.class, () -> call(client));

                assertThat(failure.toString()).doesNotContain("forged", "\u001b", "\n", "4111");
            }
        } finally {
            ours.setLevel(before);
            root.detachAppender(log);
        }

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> line.contains("forged") || line.contains("\u001b") || line.contains("4111"));
    }
}
