package dev.registrar.outbound;

import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import io.dropwizard.jackson.Discoverable;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** What the configuration sections of all providers have in common, whatever their type. */
public interface ProviderFactory extends Discoverable {

    /** The type, as the configuration names it. */
    String type();

    /** Where it is. */
    URI place();

    /** How long a whole call of this service may last. */
    Duration deadlineOf(Step service);

    /** What must not be a sample, by the name of its option. */
    Map<String, Secret> secrets();

    /** What it is, and where: another one knows nothing of what this one did. */
    default String providerName() {
        return type() + "@" + place().getHost();
    }
}
