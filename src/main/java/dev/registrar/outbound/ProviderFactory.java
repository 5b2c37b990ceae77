package dev.registrar.outbound;

import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import io.dropwizard.client.ssl.TlsConfiguration;
import io.dropwizard.jackson.Discoverable;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The common part of the configuration sections of all providers. */
public interface ProviderFactory extends Discoverable {

    /** A secret that no provider accepts. */
    Secret WRONG_SECRET = new Secret("registrar-probe-wrong-secret");

    /** The type as named in the configuration. */
    String type();

    /** The provider's address. */
    URI place();

    /** How long a whole call of this service may last. */
    Duration deadlineOf(Step service);

    /**
     * The secrets, which must not be samples, by option name.
     *
     * @throws IllegalStateException if one cannot be read; {@code option: reason}
     */
    Map<String, Secret> secrets();

    /** The account at the provider; absent if the configuration does not name it. */
    @Nullable
    String account();

    /** Its trust and key stores, by option name. */
    Map<String, TlsConfiguration> stores();

    /** Makes later builds use a secret unknown to the provider, if there is one, to check how it is refused. */
    void useWrongSecret();

    /** Type, address and account: a provider with another name knows nothing about this one's effects. */
    default String providerName() {
        String name = type() + "@" + place().getHost();
        return account() == null ? name : name + "/" + account();
    }
}
