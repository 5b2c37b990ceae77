package dev.registrar.outbound;

import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import io.dropwizard.client.ssl.TlsConfiguration;
import io.dropwizard.jackson.Discoverable;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the configuration sections of all providers have in common, whatever their type. */
public interface ProviderFactory extends Discoverable {

    /** A secret of nobody. */
    Secret WRONG_SECRET = new Secret("registrar-probe-wrong-secret");

    /** The type, as the configuration names it. */
    String type();

    /** Where it is. */
    URI place();

    /** How long a whole call of this service may last. */
    Duration deadlineOf(Step service);

    /**
     * What must not be a sample, by the name of its option.
     *
     * @throws IllegalStateException one cannot be read; {@code option: reason}
     */
    Map<String, Secret> secrets();

    /** Whose account there it is; absent where the configuration does not say. */
    @Nullable
    String account();

    /** Its trust and key stores, by the name of the option that holds them. */
    Map<String, TlsConfiguration> stores();

    /** From now on builds with a secret that the provider cannot know, if it has one: to see what becomes of it. */
    void useWrongSecret();

    /** What it is, where, and whose account: another one knows nothing of what this one did. */
    default String providerName() {
        String name = type() + "@" + place().getHost();
        return account() == null ? name : name + "/" + account();
    }
}
