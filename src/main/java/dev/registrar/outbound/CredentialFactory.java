package dev.registrar.outbound;

import dev.registrar.model.Secret;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the header that authenticates us at a service. The secret comes from exactly one of three places and
 * is read once, at start; the start fails if it is missing or empty. It is never printed.
 *
 * @param header name of the header; default {@code Authorization}
 * @param prefix the text before the secret, for example {@code "Bearer "}; default nothing
 * @param value the secret itself, for example by {@code ${PAYMENT_TOKEN}} in the configuration
 * @param valueFile a file that holds it; white space at the end is dropped
 * @param valueEnv an environment variable that holds it
 */
public record CredentialFactory(
        @NotNull @Pattern(regexp = "[A-Za-z0-9-]{1,64}") String header,
        @NotNull @Pattern(regexp = "[\\x20-\\x7e]{0,64}") String prefix,
        @Nullable Secret value,
        @Nullable Path valueFile,
        @Nullable String valueEnv) {

    public CredentialFactory(
            @Nullable String header,
            @Nullable String prefix,
            @Nullable Secret value,
            @Nullable Path valueFile,
            @Nullable String valueEnv) {
        this.header = header == null ? "Authorization" : header;
        this.prefix = prefix == null ? "" : prefix;
        this.value = value;
        this.valueFile = valueFile;
        this.valueEnv = valueEnv;
        if (Stream.of(value, valueFile, valueEnv).filter(Objects::nonNull).count() != 1) {
            throw new IllegalArgumentException("credential: name exactly one of value, valueFile and valueEnv");
        }
    }

    /** The whole value of the header. */
    public Secret build() {
        try {
            return new Secret(prefix
                    + new SecretSource(value, valueFile, valueEnv).read("value").reveal());
        } catch (IllegalStateException e) {
            throw new IllegalStateException("credential." + e.getMessage(), e);
        }
    }
}
