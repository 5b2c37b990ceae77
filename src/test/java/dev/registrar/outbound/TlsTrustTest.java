package dev.registrar.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import io.dropwizard.client.ssl.TlsConfiguration;
import io.dropwizard.util.Duration;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTrustTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    private Path dir;

    private File store;
    private ProviderStub provider;
    private final OutboundFixture outbound = new OutboundFixture();

    @BeforeEach
    void start() throws Exception {
        store = dir.resolve("provider.p12").toFile();
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "provider",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.getPath(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store.toPath())) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        provider = new ProviderStub(context.getServerSocketFactory(), "https");
    }

    @AfterEach
    void stop() {
        outbound.close();
        provider.close();
    }

    private String call(@Nullable TlsConfiguration tls) {
        ServiceClientFactory config = OutboundFixture.config(provider.url());
        config.setDeadline(Duration.seconds(10));
        config.setConnectTimeout(Duration.seconds(5));
        config.setTls(tls);
        ServiceClient client = outbound.client(Step.PROFILE, config);
        ServiceRequest request = ServiceRequest.post("/profiles", IdempotencyKey.of("k"), WireFormat.write("x"));
        return client.changing("create", "profile")
                .call(request, client.deadline(CallLimit.FULL), reply -> "" + reply.status());
    }

    @Test
    void providerIsCalledWhenItsCertificateIsInTheTrustStore() {
        TlsConfiguration tls = new TlsConfiguration();
        tls.setTrustStorePath(store);
        tls.setTrustStoreType("PKCS12");
        tls.setTrustStorePassword(PASSWORD);
        provider.will(ProviderStub.answer(200, "{}"));

        assertThat(call(tls)).isEqualTo("200");
    }

    @Test
    void nothingIsSentToAProviderThatIsNotTrusted() {
        CallException failure = catchThrowableOfType(CallException.class, () -> call(null));

        assertThat(failure).isInstanceOf(UnavailableException.class).hasMessageContaining("could not connect");
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void trustStoreThatCannotBeReadStopsTheStart() {
        TlsConfiguration tls = new TlsConfiguration();
        tls.setTrustStorePath(dir.resolve("none").toFile());
        tls.setTrustStorePassword(PASSWORD);

        assertThatThrownBy(() -> call(tls)).isNotInstanceOf(CallException.class);
    }
}
