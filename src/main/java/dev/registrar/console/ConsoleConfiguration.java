package dev.registrar.console;

import dev.registrar.model.RegistrationId;
import dev.registrar.model.UrlRules;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code console}: the operators' page at {@code /console/} on the admin port.
 *
 * @param enabled whether it is there; default true
 * @param temporalUi where browsers find Temporal's UI, an http or https URL to which
 *     {@code /namespaces/NAMESPACE/workflows/ID} is appended; default none: no links
 */
public record ConsoleConfiguration(
        Boolean enabled, @Nullable URI temporalUi) {

    /** @throws IllegalArgumentException if {@code temporalUi} is no such URL */
    @SuppressWarnings("ConstantValue") // omitted options are null
    public ConsoleConfiguration {
        enabled = enabled == null ? Boolean.TRUE : enabled;
        if (temporalUi != null && !UrlRules.isPlainHttp(temporalUi)) {
            throw new IllegalArgumentException(
                    "temporalUi: is an http or https URL with a host, without user, query and fragment");
        }
    }

    public static ConsoleConfiguration defaults() {
        return new ConsoleConfiguration(true, null);
    }

    /** The page of a registration's workflow in Temporal's UI; null if there is none. */
    @Nullable
    URI workflow(String namespace, RegistrationId id) {
        if (temporalUi == null) {
            return null;
        }
        String base = temporalUi.toString().replaceFirst("/+$", "");
        return URI.create(base + "/namespaces/"
                + URLEncoder.encode(namespace, StandardCharsets.UTF_8).replace("+", "%20") + "/workflows/" + id);
    }
}
