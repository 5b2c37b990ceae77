package dev.registrar.notification.twilio;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.SmsFactory;
import dev.registrar.notification.SmsSender;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.CredentialFactory;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.SecretSource;
import dev.registrar.outbound.ServiceClientFactory;
import io.dropwizard.validation.selfvalidating.SelfValidation;
import io.dropwizard.validation.selfvalidating.ViolationCollector;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Twilio: authenticates with {@code accountSid} and {@code authToken}; sends {@code from} a number or by a messaging
 * service.
 */
@JsonTypeName("twilio")
public final class TwilioSmsFactory extends ServiceClientFactory implements SmsFactory {

    private @Nullable String accountSid;
    private @Nullable Secret authToken;
    private @Nullable Path authTokenFile;
    private @Nullable String authTokenEnv;
    private @Nullable String from;
    private @Nullable String messagingServiceSid;

    public TwilioSmsFactory() {
        super(URI.create("https://api.twilio.com"));
    }

    @Override
    public String type() {
        return "twilio";
    }

    @Override
    public @Nullable String account() {
        return accountSid;
    }

    /** @throws IllegalArgumentException always: Twilio's credential consists of the account and its token */
    @Override
    @JsonProperty
    public void setCredential(CredentialFactory credential) {
        throw new IllegalArgumentException("credential: give accountSid and authTokenFile instead");
    }

    @Override
    public @Nullable CredentialFactory credential() {
        return settings().credential(token());
    }

    @Override
    public Map<String, Secret> secrets() {
        return Map.of("authToken", token());
    }

    @Override
    public void useWrongSecret() {
        authToken = WRONG_SECRET;
        authTokenFile = null;
        authTokenEnv = null;
    }

    /** Reports missing and invalid settings. */
    @SelfValidation
    public void checkSettings(ViolationCollector violations) {
        try {
            settings();
            token();
        } catch (IllegalArgumentException | IllegalStateException e) {
            violations.addViolation(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public MessageGuarantees guarantees() {
        return TwilioSmsSender.GUARANTEES;
    }

    @Override
    public SmsSender build(OutboundClients clients, TemplateCatalog templates) {
        return new TwilioSmsSender(clients.client(Step.SMS, this), templates, settings());
    }

    private TwilioSettings settings() {
        return new TwilioSettings(accountSid == null ? "" : accountSid, from, messagingServiceSid);
    }

    private Secret token() {
        return new SecretSource(authToken, authTokenFile, authTokenEnv).read("authToken");
    }
}
