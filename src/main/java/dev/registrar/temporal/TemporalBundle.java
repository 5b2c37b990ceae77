package dev.registrar.temporal;

import com.codahale.metrics.health.HealthCheck;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Environment;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.payload.codec.PayloadCodec;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Connects an application to Temporal. Add it, and in the application's {@code run} build a worker on {@link
 * #connection()} and hand it to the lifecycle after everything its activities need, so that it starts last and drains
 * first. The connection starts and stops automatically.
 *
 * @param <C> the application's configuration
 */
public final class TemporalBundle<C> implements ConfiguredBundle<C> {

    private final Function<C, TemporalFactory> section;
    private final MeterRegistry registry;
    private final Function<C, List<PayloadCodec>> codecs;
    private @Nullable TemporalConnection connection;

    /**
     * @param section returns the Temporal section of the application's configuration
     * @param registry receives the metrics of client and worker
     * @param codecs applied to every payload
     */
    public TemporalBundle(
            Function<C, TemporalFactory> section, MeterRegistry registry, Function<C, List<PayloadCodec>> codecs) {
        this.section = section;
        this.registry = registry;
        this.codecs = codecs;
    }

    @Override
    public void run(C configuration, Environment environment) {
        TemporalConnection opened = section.apply(configuration).open(registry, codecs.apply(configuration));
        environment.lifecycle().manage(opened);
        connection = opened;
    }

    /** The connection; available from the application's {@code run} on. */
    public TemporalConnection connection() {
        TemporalConnection opened = connection;
        if (opened == null) {
            throw new IllegalStateException("the bundle has not run yet");
        }
        return opened;
    }

    /**
     * Whether the server answers now, within half a second. Unhealthy is no reason to restart: the service reconnects
     * by itself.
     */
    public static final class TemporalHealthCheck extends HealthCheck {

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
}
