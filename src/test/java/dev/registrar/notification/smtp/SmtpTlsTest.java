package dev.registrar.notification.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.CallLimit;
import dev.registrar.model.UnavailableException;
import dev.registrar.notification.smtp.SmtpSettings.Tls;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SmtpTlsTest extends SmtpTestCase {

    private static final String PASSWORD = "changeit";

    @TempDir
    private Path dir;

    /** A key for this name, and trust in its certificate. */
    private SSLContext context(String name) throws Exception {
        Path store = dir.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "mail",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=dns:" + name,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("mail", keys.getCertificate("mail"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUIRED", "OPPORTUNISTIC", "IMPLICIT"})
    void userLogsInAndSendsUnderTls(Tls mode) throws Exception {
        SSLContext context = context("localhost");
        try (SmtpStub server = new SmtpStub(context, mode == Tls.IMPLICIT)) {
            server.offers("STARTTLS", "AUTH PLAIN");

            sender(settings(server.port(), mode, "user", "secret"), context.getSocketFactory())
                    .send(welcome(), CallLimit.FULL);

            assertThat(server.accepted()).hasSize(1);
            assertThat(server.commands()).anyMatch(command -> command.startsWith("AUTH PLAIN"));
            assertThat(server.commands().contains("STARTTLS")).isEqualTo(mode != Tls.IMPLICIT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUIRED", "OPPORTUNISTIC", "IMPLICIT"})
    void serverWhoseCertificateIsNotTrustedGetsNothing(Tls mode) throws Exception {
        try (SmtpStub server = new SmtpStub(context("localhost"), mode == Tls.IMPLICIT)) {
            server.offers("STARTTLS", "AUTH PLAIN");

            assertThatThrownBy(() -> sender(settings(server.port(), mode, "user", "secret"))
                            .send(welcome(), CallLimit.FULL))
                    .isInstanceOf(UnavailableException.class);
            assertThat(server.commands()).noneMatch(command -> command.matches("(AUTH|MAIL).*"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUIRED", "IMPLICIT"})
    void certificateOfAnotherNameIsNotAccepted(Tls mode) throws Exception {
        SSLContext context = context("mail.example.org");
        try (SmtpStub server = new SmtpStub(context, mode == Tls.IMPLICIT)) {
            server.offers("STARTTLS", "AUTH PLAIN");

            assertThatThrownBy(() -> sender(settings(server.port(), mode, "user", "secret"), context.getSocketFactory())
                            .send(welcome(), CallLimit.FULL))
                    .isInstanceOf(UnavailableException.class);
            assertThat(server.commands()).noneMatch(command -> command.matches("(AUTH|MAIL).*"));
        }
    }
}
