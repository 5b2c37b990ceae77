package dev.registrar.access;

import dev.registrar.access.Caller.Role;
import dev.registrar.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One API key as configured: by its hash. A key has 256 random bits ({@link #generate}), so plain SHA-256 is enough: a
 * slow hash only helps against guessing.
 *
 * @param id the caller: 1 to 64 letters, digits, dots, dashes or underscores. Two keys may share an id while a new key
 *     replaces an old one
 * @param role what it may do
 * @param hash SHA-256 of the key as it is sent, 64 hexadecimal digits
 * @param expires when it expires; absent: never
 */
public record ApiKey(
        String id, Role role, String hash, @Nullable Instant expires) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");

    /** The hash of the sample key in the documentation, which is public. */
    private static final String SAMPLE = "4b39815615892076f3287bb2ad9c0c143e087cddb8721051a76e26a13ef3311c";

    /** @throws IllegalArgumentException if an option is invalid; names it, and never quotes a hash */
    @SuppressWarnings("ConstantValue") // omitted options are null
    public ApiKey {
        if (id == null || !ID.matcher(id).matches()) {
            throw new IllegalArgumentException("id: 1 to 64 letters, digits, dots, dashes or underscores are needed");
        }
        if (id.equals(Caller.ANONYMOUS.name())) {
            throw new IllegalArgumentException("id: " + id + " is reserved for callers without authentication");
        }
        if (role == null) {
            throw new IllegalArgumentException("role of " + id + ": one of client, operator, auditor is needed");
        }
        if (hash == null || !HASH.matcher(hash).matches()) {
            throw new IllegalArgumentException("hash of " + id + ": the SHA-256 of the key is needed, 64 hexadecimal"
                    + " digits; the command api-key prints it");
        }
        if (expires != null && expires.isBefore(FIRST)) {
            // A year alone is read as seconds since 1970.
            throw new IllegalArgumentException("expires of " + id + ": is a time, for example 2027-01-31T00:00:00Z");
        }
    }

    /**
     * A new key: {@code rk_}, by which scanners for leaked secrets recognise it, and 32 random bytes in base64url.
     *
     * @param random must be unpredictable
     */
    static Secret generate(RandomGenerator random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return new Secret("rk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
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

    byte[] hashBytes() {
        return HexFormat.of().parseHex(hash);
    }

    /** Names this key without revealing it, unlike its id also while a new key replaces an old one. */
    String fingerprint() {
        return id + ":" + hash.substring(0, 16).toLowerCase(Locale.ROOT);
    }

    boolean isSample() {
        return hash.equalsIgnoreCase(SAMPLE);
    }

    boolean isExpiredAt(Instant now) {
        return expires != null && !now.isBefore(Objects.requireNonNull(expires));
    }

    @Override
    public String toString() {
        return "ApiKey[id=" + id + ", role=" + role + ", expires=" + expires + "]";
    }
}
