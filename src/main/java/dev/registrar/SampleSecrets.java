package dev.registrar;

import dev.registrar.crypto.EncryptionFactory;
import dev.registrar.model.Secret;
import dev.registrar.temporal.ClusterTemporalFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The placeholder secrets of the documentation, and other well-known values. A service that can be reached from other machines
 * refuses to start with one of them; a test checks that the documentation uses no other.
 */
final class SampleSecrets {

    /** Compared case-insensitively, after a prefix such as {@code Bearer}. */
    static final List<String> VALUES = List.of(
            "change-me",
            "changeme",
            "example",
            "password",
            "postgres",
            "registrar",
            "sample",
            "secret",
            "test",
            "token",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");

    private SampleSecrets() {}

    /** @throws IllegalStateException with one sentence that names the option but not its value */
    static void refuse(RegistrarConfiguration configuration) {
        if (Connectors.of(configuration.getServerFactory()).loopbackOnly()) {
            return;
        }
        secrets(configuration).forEach((option, secret) -> {
            if (isSample(secret.reveal())) {
                throw new IllegalStateException(option + ": is a well-known sample value: set your own");
            }
        });
    }

    static boolean isSample(String secret) {
        String bare = secret.strip();
        return VALUES.stream()
                .anyMatch(value -> bare.equalsIgnoreCase(value)
                        || (bare.length() > value.length()
                                && bare.regionMatches(
                                        true, bare.length() - value.length() - 1, " " + value, 0, value.length() + 1)));
    }

    private static Map<String, Secret> secrets(RegistrarConfiguration configuration) {
        Map<String, Secret> secrets = new LinkedHashMap<>();
        configuration.getDatabase().secret().ifPresent(password -> secrets.put("database.password", password));
        configuration
                .getServices()
                .all()
                .forEach((service, provider) -> provider.secrets()
                        .forEach((option, secret) -> secrets.put("services." + service + "." + option, secret)));
        if (configuration.getTemporal() instanceof ClusterTemporalFactory cluster && cluster.apiKey() != null) {
            secrets.put("temporal.apiKey", new Secret(cluster.apiKey()));
        }
        List<Secret> keys =
                configuration.getEncryption().map(EncryptionFactory::secrets).orElse(List.of());
        for (int i = 0; i < keys.size(); i++) {
            secrets.put("encryption.keys[" + i + "]", keys.get(i));
        }
        return secrets;
    }
}
