package dev.registrar.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class CredentialTest {

    private static final String SECRET = "s3cr3t-0815";

    private final ProviderStub provider = new ProviderStub();
    private final OutboundFixture outbound = new OutboundFixture();

    CredentialTest() throws IOException {}

    @AfterEach
    void stop() {
        outbound.close();
        provider.close();
    }

    private ServiceClient client(CredentialFactory credential) {
        ServiceClientFactory config = OutboundFixture.config(provider.url());
        config.setCredential(credential);
        return outbound.client(Step.PAYMENT, config);
    }

    private static CallException call(ServiceClient client) {
        ServiceRequest request = ServiceRequest.post("/payments", IdempotencyKey.of("k"), WireFormat.write("4242"));
        return catchThrowableOfType(
                CallException.class,
                () -> client.changing("charge", "payment-charge")
                        .call(request, client.deadline(CallLimit.FULL), reply -> ""));
    }

    @Test
    void credentialIsSentAndNeitherLoggedNorInAnyMessage() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Level before = root.getLevel();
        root.addAppender(log);
        root.setLevel(Level.TRACE);
        CredentialFactory credential = new CredentialFactory(null, "Bearer ", new Secret(SECRET), null, null);

        CallException failure;
        try {
            failure = call(client(credential));
        } finally {
            root.setLevel(before);
            root.detachAppender(log);
        }

        assertThat(provider.lastRequest().headers()).containsEntry("authorization", "Bearer " + SECRET);
        assertThat(failure.toString() + credential).doesNotContain(SECRET);
        assertThat(log.list).as("the client does log at this level").isNotEmpty();
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> line.contains(SECRET) || line.contains("4242"));
    }

    @Test
    void credentialIsReadFromAFileWithoutItsLineEnd(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("key"), SECRET + "\n");
        provider.will(ProviderStub.answer(200, "{}"));

        call(client(new CredentialFactory("X-Api-Key", null, null, file, null)));

        assertThat(provider.lastRequest().headers()).containsEntry("x-api-key", SECRET);
    }

    @Test
    void missingCredentialStopsTheStart(@TempDir Path dir) {
        assertThatThrownBy(() -> client(new CredentialFactory(null, null, null, dir.resolve("none"), null)))
                .hasMessageEndingWith("does not exist");
        assertThatThrownBy(() -> client(new CredentialFactory(null, null, null, null, "REGISTRAR_TEST_UNSET")))
                .hasMessageContaining("REGISTRAR_TEST_UNSET is not set");
        assertThatThrownBy(() -> client(new CredentialFactory(null, null, new Secret("a\nb"), null, null)))
                .hasMessageContaining("plain ASCII")
                .hasMessageNotContaining("a\nb");
    }
}
