package dev.registrar.access;

import dev.registrar.model.Secret;

/** API keys for tests of other packages. */
public final class TestApiKeys {

    private TestApiKeys() {}

    /** The hash that the configuration contains for a key. */
    public static String hash(String key) {
        return ApiKey.hash(new Secret(key));
    }
}
