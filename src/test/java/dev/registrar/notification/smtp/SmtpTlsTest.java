package dev.registrar.notification.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.CallLimit;
import dev.registrar.model.UnavailableException;
import dev.registrar.notification.smtp.SmtpSettings.Tls;
import dev.registrar.standin.TestCertificate;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SmtpTlsTest extends SmtpTestCase {

    @TempDir
    private Path dir;

    /** A key for this name, and trust in its certificate. */
    private SSLContext context(String name) {
        return TestCertificate.make(dir, name).context();
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
