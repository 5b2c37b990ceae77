package dev.registrar.sandbox;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The config section {@code sandbox}: a simulator of the four providers, for demonstrations and tests.
 *
 * @param enabled whether the service runs the sandbox inside itself; default false, so that a real deployment never has
 *     one by accident. The command {@code sandbox} runs it either way.
 * @param port TCP port; default 8090, 0 takes a free one
 * @param bindHost address to listen on; default 127.0.0.1. There is no authentication: keep it on the loopback.
 * @param dataDirectory where its journal is kept, relative to the working directory; default {@code data/sandbox}.
 *     To start afresh, remove it while the sandbox is stopped.
 * @param keyWindow how long an idempotency key is remembered after its answer; default 24 h, as gateways commonly do
 * @param storeErrors whether a 5xx is stored under its key and replayed, as some gateways do; default false
 * @param refundFailsAfter when the first refund of {@code pm_refund_fails_late} turns from succeeded to failed; default
 *     1 min
 */
public record SandboxConfiguration(
        @NotNull Boolean enabled,
        @NotNull @Min(0) @Max(65_535) Integer port,
        @NotBlank String bindHost,
        @NotNull Path dataDirectory,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
        Duration keyWindow,

        @NotNull Boolean storeErrors,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
        Duration refundFailsAfter) {

    private static final int DEFAULT_PORT = 8090;

    public SandboxConfiguration(
            @Nullable Boolean enabled,
            @Nullable Integer port,
            @Nullable String bindHost,
            @Nullable Path dataDirectory,
            @Nullable Duration keyWindow,
            @Nullable Boolean storeErrors,
            @Nullable Duration refundFailsAfter) {
        this.enabled = enabled != null && enabled;
        this.port = port == null ? DEFAULT_PORT : port;
        this.bindHost = bindHost == null ? "127.0.0.1" : bindHost;
        this.dataDirectory = dataDirectory == null ? Path.of("data", "sandbox") : dataDirectory;
        this.keyWindow = keyWindow == null ? Duration.hours(24) : keyWindow;
        this.storeErrors = storeErrors != null && storeErrors;
        this.refundFailsAfter = refundFailsAfter == null ? Duration.minutes(1) : refundFailsAfter;
    }

    /** All defaults: disabled. */
    public static SandboxConfiguration defaults() {
        return new SandboxConfiguration(null, null, null, null, null, null, null);
    }
}
