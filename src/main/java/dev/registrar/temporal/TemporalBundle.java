package dev.registrar.temporal;

import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Environment;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Connects an application to Temporal. Add it, and in the application's {@code run} build a worker on {@link #connection()}
 * and hand it to the lifecycle after everything its activities need; so it starts last and drains first. The connection
 * starts and stops by itself.
 *
 * @param <C> the application's configuration
 */
public final class TemporalBundle<C> implements ConfiguredBundle<C> {

    private final Function<C, TemporalFactory> section;
    private final MeterRegistry registry;
    private @Nullable TemporalConnection connection;

    /**
     * @param section where the application's configuration has the Temporal section
     * @param registry where the metrics of client and worker go
     */
    public TemporalBundle(Function<C, TemporalFactory> section, MeterRegistry registry) {
        this.section = section;
        this.registry = registry;
    }

    @Override
    public void run(C configuration, Environment environment) {
        TemporalConnection opened = section.apply(configuration).open(registry);
        environment.lifecycle().manage(opened);
        connection = opened;
    }

    /** The connection; from the application's {@code run} on. */
    public TemporalConnection connection() {
        TemporalConnection opened = connection;
        if (opened == null) {
            throw new IllegalStateException("the bundle has not run yet");
        }
        return opened;
    }
}
