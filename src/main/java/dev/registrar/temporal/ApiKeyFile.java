package dev.registrar.temporal;

import io.temporal.authorization.AuthorizationTokenSupplier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An API key kept in a file, which is looked at again every {@link #FRESH}: whoever rotates the key writes the file, and no
 * instance has to restart. While the file cannot be read the last key is used. Thread-safe.
 */
final class ApiKeyFile implements AuthorizationTokenSupplier {

    static final Duration FRESH = Duration.ofSeconds(30);

    private static final Logger LOGGER = LoggerFactory.getLogger(ApiKeyFile.class);

    private final Path file;
    private final LongSupplier nanos;
    private String key;
    private long readAtNanos;

    /**
     * @param nanos the time that passes, as by {@link System#nanoTime()}
     * @throws IllegalStateException the file cannot be read now, or is empty
     */
    ApiKeyFile(Path file, LongSupplier nanos) {
        this.file = file;
        this.nanos = nanos;
        this.readAtNanos = nanos.getAsLong();
        try {
            this.key = read();
        } catch (IOException e) {
            throw new IllegalStateException("temporal.apiKeyFile: " + file + " cannot be read", e);
        }
        if (key.isEmpty()) {
            throw new IllegalStateException("temporal.apiKeyFile: " + file + " is empty");
        }
    }

    @Override
    public synchronized String supply() {
        long now = nanos.getAsLong();
        if (now - readAtNanos >= FRESH.toNanos()) {
            readAtNanos = now;
            refresh();
        }
        return key;
    }

    private void refresh() {
        try {
            String read = read();
            if (!read.isEmpty()) {
                key = read;
            }
        } catch (IOException e) {
            LOGGER.warn("The file of Temporal's API key cannot be read; the last key is used on ({})", e.toString());
        }
    }

    private String read() throws IOException {
        return Files.readString(file).strip();
    }
}
