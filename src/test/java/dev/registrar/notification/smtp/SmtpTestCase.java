package dev.registrar.notification.smtp;

import dev.registrar.model.EmailAddress;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.smtp.SmtpSettings.OnUnknown;
import dev.registrar.notification.smtp.SmtpSettings.Tls;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.notification.template.TemplateLoader;
import dev.registrar.outbound.OutboundFixture;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Base of the tests of the SMTP adapter. */
abstract class SmtpTestCase {

    static final RegistrationId ID = RegistrationId.of("0f8e1c1a-0000-4000-8000-000000000001");
    static final String MESSAGE_ID = "<email." + ID + "@example.org>";

    OutboundFixture outbound;

    @BeforeEach
    void startClients() {
        outbound = new OutboundFixture();
    }

    @AfterEach
    void stopClients() {
        outbound.close();
    }

    /** The deadline of a whole call; short only in tests that wait for it, because a first handshake can be slow. */
    io.dropwizard.util.Duration deadline() {
        return io.dropwizard.util.Duration.seconds(10);
    }

    static SmtpSettings settings(int port, Tls tls, @Nullable String user, @Nullable String password) {
        return new SmtpSettings(
                "localhost",
                port,
                tls,
                user,
                password == null ? null : new Secret(password),
                "Registrar <welcome@example.org>",
                OnUnknown.STOP,
                Duration.ofSeconds(5));
    }

    SmtpEmailSender sender(SmtpSettings settings, SSLSocketFactory tls) {
        TemplateCatalog templates = new TemplateCatalog(TemplateLoader.builtIn().load(), version -> Optional.empty());
        return new SmtpEmailSender(
                settings, templates, outbound.protocol(Step.EMAIL, deadline()), tls, Clock.systemUTC());
    }

    SmtpEmailSender sender(SmtpSettings settings) {
        return sender(settings, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    static WelcomeEmail welcome(String to, String fullName, String locale, int resend) {
        return new WelcomeEmail(ID, new EmailAddress(to), fullName, "welcome-1", locale, resend);
    }

    static WelcomeEmail welcome() {
        return welcome("ada@example.com", "Ada", "en", 0);
    }
}
