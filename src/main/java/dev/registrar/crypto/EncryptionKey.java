package dev.registrar.crypto;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.registrar.model.Secret;
import dev.registrar.model.UnreadableFile;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * One key of the ring: 32 random bytes in base64, as {@code openssl rand -base64 32} makes them.
 *
 * @param id stored unencrypted beside everything that the key seals; must never be reused for another key
 * @param value the key itself, usually by {@code ${NAME}} from an environment variable
 * @param file a file that holds it, one line; read at start
 */
public record EncryptionKey(
        @NotNull @Pattern(regexp = "[a-z0-9][a-z0-9-]{0,31}", message = "must be 1 to 32 of a-z, 0-9 and -")
        String id,

        @Nullable Secret value,
        @Nullable Path file) {

    static final int BYTES = 32;

    private static final String ALGORITHM = "AES";

    /** Whether the key is given in exactly one way. */
    @JsonIgnore
    @ValidationMethod(message = "name exactly one of value and file")
    public boolean isGivenOnce() {
        return (value == null) != (file == null);
    }

    SecretKey open() {
        return decode("encryption.keys: key `" + id + "`", read());
    }

    Secret read() {
        if (value != null) {
            return value;
        }
        Path from = Objects.requireNonNull(file);
        try {
            return new Secret(Files.readString(from).strip());
        } catch (IOException e) {
            throw new IllegalStateException("encryption.keys: key `" + id + "`: " + UnreadableFile.reason(from, e), e);
        }
    }

    static SecretKey decode(String name, Secret text) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text.reveal().strip());
        } catch (IllegalArgumentException e) {
            // Its message quotes the key.
            key = new byte[0];
        }
        if (key.length != BYTES) {
            throw new IllegalStateException(
                    name + " is not " + BYTES + " bytes in base64: make one with `openssl rand -base64 " + BYTES + "`");
        }
        return new SecretKeySpec(key, ALGORITHM);
    }
}
