package dev.registrar.api;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code limits.request}: what one client can take of the server with requests that do not come to their end.
 * Sizes are fixed: 64 KiB of body, inflated; 8 KiB of headers and of URI.
 *
 * @param within how long a request may take to arrive as a whole, and a new connection to send its first; then the
 *     connection is closed. A tenth of it where three quarters of the connections are taken. Default 9 s
 * @param connections to the application's connectors at one time, each; more wait until one is closed. Default 1000
 * @param adminConnections the same for the admin port, so that neither can shut out the other. Default 100
 */
public record RequestLimits(
        @MinDuration(value = 1, unit = TimeUnit.SECONDS) Duration within,

        @Min(8) @Max(100_000) Integer connections,
        @Min(8) @Max(100_000) Integer adminConnections) {

    /** Each absent component has its default. */
    public RequestLimits(@Nullable Duration within, @Nullable Integer connections, @Nullable Integer adminConnections) {
        this.within = within == null ? Duration.seconds(9) : within;
        this.connections = connections == null ? 1_000 : connections;
        this.adminConnections = adminConnections == null ? 100 : adminConnections;
    }

    public static RequestLimits defaults() {
        return new RequestLimits(null, null, null);
    }
}
