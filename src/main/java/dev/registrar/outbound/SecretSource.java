package dev.registrar.outbound;

import dev.registrar.model.Secret;
import dev.registrar.model.UnreadableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The location of a secret: exactly one of three. It is never printed.
 *
 * @param value the secret itself, for example by {@code ${PAYMENT_TOKEN}} in the configuration
 * @param file a file that holds it; white space at the end is dropped
 * @param env an environment variable that holds it
 */
public record SecretSource(
        @Nullable Secret value,
        @Nullable Path file,
        @Nullable String env) {

    /** Whether none of the three is given. */
    public boolean isAbsent() {
        return given() == 0;
    }

    /**
     * Reads the secret.
     *
     * @param option the name of the option; those of the other two locations end in {@code File} and {@code Env}
     * @throws IllegalArgumentException if not exactly one location is given
     * @throws IllegalStateException if it is missing, empty or not plain ASCII; {@code option: reason}
     */
    public Secret read(String option) {
        if (given() != 1) {
            throw new IllegalArgumentException(String.format("name exactly one of %1$s, %1$sFile and %1$sEnv", option));
        }
        String secret = text(option).stripTrailing();
        if (secret.isEmpty() || !secret.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            String place = option + (file == null ? "" : "File") + (env == null ? "" : "Env");
            throw new IllegalStateException(place + ": the secret is empty or not plain ASCII");
        }
        return new Secret(secret);
    }

    private long given() {
        return Stream.of(value, file, env).filter(Objects::nonNull).count();
    }

    private String text(String option) {
        if (value != null) {
            return value.reveal();
        }
        if (env != null) {
            String text = System.getenv(env);
            if (text == null) {
                throw new IllegalStateException(option + "Env: the environment variable " + env + " is not set");
            }
            return text;
        }
        Path path = Objects.requireNonNull(file);
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new IllegalStateException(option + "File: " + UnreadableFile.reason(path, e), e);
        }
    }
}
