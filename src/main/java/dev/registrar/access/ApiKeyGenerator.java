package dev.registrar.access;

import dev.registrar.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Generates API keys: {@code rk_} and 32 random bytes in base64url. As thread-safe as its source of randomness. */
final class ApiKeyGenerator {

    private static final int BYTES = 32;

    /** Lets scanners for leaked secrets recognise a key. */
    private static final String PREFIX = "rk_";

    private final RandomGenerator random;

    /** @param random must be unpredictable */
    ApiKeyGenerator(RandomGenerator random) {
        this.random = random;
    }

    Secret next() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new Secret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The form in which the configuration holds a key. */
    static String hash(Secret key) {
        return HexFormat.of().formatHex(sha256(key.reveal()));
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
