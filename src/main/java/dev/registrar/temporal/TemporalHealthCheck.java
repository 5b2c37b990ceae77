package dev.registrar.temporal;

import com.codahale.metrics.health.HealthCheck;
import java.time.Duration;

/**
 * Whether the server answers now, within half a second. Unhealthy is no reason to restart: the service finds the server
 * again by itself.
 */
public final class TemporalHealthCheck extends HealthCheck {

    private static final Duration LIMIT = Duration.ofMillis(500);

    private final TemporalConnection connection;

    public TemporalHealthCheck(TemporalConnection connection) {
        this.connection = connection;
    }

    @Override
    protected Result check() {
        try {
            connection.probe(LIMIT);
            return Result.healthy("Temporal at %s answers", connection.target());
        } catch (RuntimeException e) {
            return Result.unhealthy(
                    "Temporal at %s does not answer (%s)", connection.target(), ReachabilityMonitor.reason(e));
        }
    }
}
