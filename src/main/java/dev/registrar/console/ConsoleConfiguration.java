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
 * @param runbooks where browsers find the folder {@code docs}, an http or https URL to which {@code /alerts.md#ALERT} is
 *     appended, as to Prometheus' external label of this name; default none: no links
 */
public record ConsoleConfiguration(
        Boolean enabled, @Nullable URI temporalUi, @Nullable URI runbooks) {

    /** @throws IllegalArgumentException if {@code temporalUi} or {@code runbooks} is no such URL */
    @SuppressWarnings("ConstantValue") // omitted options are null
    public ConsoleConfiguration {
        enabled = enabled == null ? Boolean.TRUE : enabled;
        requirePlain("temporalUi", temporalUi);
        requirePlain("runbooks", runbooks);
    }

    private static void requirePlain(String name, @Nullable URI url) {
        if (url != null && !UrlRules.isPlainHttp(url)) {
            throw new IllegalArgumentException(
                    name + ": is an http or https URL with a host, without user, query and fragment");
        }
    }

    public static ConsoleConfiguration defaults() {
        return new ConsoleConfiguration(true, null, null);
    }

    /** The folder of the runbooks without a slash at the end: where browsers find it, or where it is in the repository. */
    public String runbookFolder() {
        return runbooks == null ? "docs" : withoutSlash(runbooks);
    }

    /** The page of a registration's workflow in Temporal's UI; null if there is none. */
    @Nullable
    URI workflow(String namespace, RegistrationId id) {
        if (temporalUi == null) {
            return null;
        }
        return URI.create(withoutSlash(temporalUi) + "/namespaces/"
                + URLEncoder.encode(namespace, StandardCharsets.UTF_8).replace("+", "%20") + "/workflows/" + id);
    }

    private static String withoutSlash(URI url) {
        return url.toString().replaceFirst("/+$", "");
    }
}
