package dev.registrar.outbound;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of one service's connection pool.
 *
 * @param maxConnections most connections to the service; default 256, above the number of activities at once
 * @param perRoute most connections to one host and port; default {@code maxConnections}
 * @param keepAlive how long an idle connection is kept where the provider names no time; default 10 s, under the 15 s and
 *     more after which common servers close it
 * @param checkAfterIdle idle time after which a connection is checked before use; default 1 s, because the check costs up
 *     to 1 ms and a connection used a moment ago is hardly ever gone
 * @param leaseTimeout longest wait for a free connection; default 1 s. The call then counts as not sent
 */
public record PoolFactory(
        @Min(1) @Max(10_000) Integer maxConnections,
        @Min(1) @Max(10_000) Integer perRoute,

        @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 1, unit = TimeUnit.HOURS)
        Duration keepAlive,

        @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 1, unit = TimeUnit.HOURS)
        Duration checkAfterIdle,

        @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration leaseTimeout) {

    public PoolFactory(
            @Nullable Integer maxConnections,
            @Nullable Integer perRoute,
            @Nullable Duration keepAlive,
            @Nullable Duration checkAfterIdle,
            @Nullable Duration leaseTimeout) {
        this.maxConnections = maxConnections == null ? 256 : maxConnections;
        this.perRoute = perRoute == null ? this.maxConnections : perRoute;
        this.keepAlive = keepAlive == null ? Duration.seconds(10) : keepAlive;
        this.checkAfterIdle = checkAfterIdle == null ? Duration.seconds(1) : checkAfterIdle;
        this.leaseTimeout = leaseTimeout == null ? Duration.seconds(1) : leaseTimeout;
    }

    /** All defaults. */
    public static PoolFactory defaults() {
        return new PoolFactory(null, null, null, null, null);
    }
}
