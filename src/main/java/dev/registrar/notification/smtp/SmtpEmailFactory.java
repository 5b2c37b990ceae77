package dev.registrar.notification.smtp;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import dev.registrar.notification.EmailFactory;
import dev.registrar.notification.EmailSender;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.smtp.SmtpSettings.OnUnknown;
import dev.registrar.notification.smtp.SmtpSettings.Tls;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.SecretSource;
import dev.registrar.outbound.ServiceClientFactory.BreakerFactory;
import io.dropwizard.client.ssl.TlsConfiguration;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.selfvalidating.SelfValidating;
import io.dropwizard.validation.selfvalidating.SelfValidation;
import io.dropwizard.validation.selfvalidating.ViolationCollector;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.apache.hc.core5.ssl.SSLContextBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A mail server: {@code host}, {@code port}, {@code tls}, {@code user}, {@code password}, {@code from} and {@code
 * onUnknown} as in {@link SmtpSettings}; {@code trust} names trust and key stores as {@code tls} does for services over
 * HTTP. Changed only while the configuration is read.
 */
@JsonTypeName("smtp")
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
@SelfValidating
public final class SmtpEmailFactory implements EmailFactory {

    private String type = "smtp";
    private @Nullable String host;
    private int port;
    private @NotNull Tls tls = Tls.REQUIRED;
    private @Nullable String user;
    private @Nullable Secret password;
    private @Nullable Path passwordFile;
    private @Nullable String passwordEnv;
    private @Nullable String from;
    private @NotNull OnUnknown onUnknown = OnUnknown.STOP;

    @Valid
    private @Nullable TlsConfiguration trust;

    @NotNull
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
    @MaxDuration(value = 299, unit = TimeUnit.SECONDS)
    private Duration deadline = Duration.seconds(10);

    @NotNull
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
    @MaxDuration(value = 2, unit = TimeUnit.SECONDS)
    private Duration localDeadline = Duration.seconds(2);

    @NotNull
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
    @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
    private Duration connectTimeout = Duration.seconds(1);

    @NotNull
    @Valid
    private BreakerFactory breaker = BreakerFactory.defaults();

    @Override
    public String type() {
        return type;
    }

    @Override
    public URI place() {
        SmtpSettings settings = settings();
        return URI.create("smtp://" + settings.host() + ":" + settings.port());
    }

    @Override
    public @Nullable String account() {
        return null;
    }

    @Override
    public java.time.Duration deadlineOf(Step service) {
        return deadline.toJavaDuration();
    }

    @Override
    public Map<String, Secret> secrets() {
        Secret known = settings().password();
        return known == null ? Map.of() : Map.of("password", known);
    }

    @Override
    public Map<String, TlsConfiguration> stores() {
        return trust == null ? Map.of() : Map.of("trust", trust);
    }

    @Override
    public void useWrongSecret() {
        if (user != null) {
            password = WRONG_SECRET;
            passwordFile = null;
            passwordEnv = null;
        }
    }

    /** Reports missing and invalid settings. */
    @SelfValidation
    public void checkSettings(ViolationCollector violations) {
        try {
            settings();
        } catch (IllegalArgumentException | IllegalStateException e) {
            violations.addViolation(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public MessageGuarantees guarantees() {
        return settings().guarantees();
    }

    @Override
    public EmailSender build(OutboundClients clients, TemplateCatalog templates, Clock clock) {
        return new SmtpEmailSender(
                settings(),
                templates,
                clients.protocol(
                        Step.EMAIL, "send", deadline.toJavaDuration(), localDeadline.toJavaDuration(), breaker),
                sockets(),
                clock);
    }

    private SmtpSettings settings() {
        SecretSource secret = new SecretSource(password, passwordFile, passwordEnv);
        return new SmtpSettings(
                host == null ? "" : host,
                port,
                tls,
                user,
                secret.isAbsent() ? null : secret.read("password"),
                from == null ? "" : from,
                onUnknown,
                connectTimeout.toJavaDuration());
    }

    private SSLSocketFactory sockets() {
        if (trust == null) {
            return (SSLSocketFactory) SSLSocketFactory.getDefault();
        }
        try {
            SSLContextBuilder context = SSLContextBuilder.create();
            if (trust.getTrustStorePath() != null) {
                context.setKeyStoreType(trust.getTrustStoreType())
                        .loadTrustMaterial(trust.getTrustStorePath(), chars(trust.getTrustStorePassword()));
            }
            if (trust.getKeyStorePath() != null) {
                char[] secret = chars(trust.getKeyStorePassword());
                context.setKeyStoreType(trust.getKeyStoreType())
                        .loadKeyMaterial(trust.getKeyStorePath(), secret, secret);
            }
            return context.build().getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("services.email.trust: a store cannot be read, " + e.getMessage(), e);
        }
    }

    private static char[] chars(@Nullable String password) {
        return password == null ? new char[0] : password.toCharArray();
    }
}
