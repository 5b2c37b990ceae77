package dev.registrar.operations;

import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an instance leaves the others without a failed request, as a listener of the server that stops: first it only says
 * that it is leaving and serves on, so that those who choose an instance choose another; then it lets go of what could hold
 * the stop up; only then are the ports closed, and requests in flight finished. Thread-safe.
 */
public final class InstanceDrain implements LifeCycle.Listener {

    private static final Logger LOGGER = LoggerFactory.getLogger(InstanceDrain.class);

    private final Duration window;
    private final List<Runnable> farewells;
    private volatile boolean serving;
    private volatile boolean draining;

    /**
     * @param window how long it serves on
     * @param farewells done in this order at the window's end, each without waiting
     */
    public InstanceDrain(Duration window, List<Runnable> farewells) {
        this.window = window;
        this.farewells = List.copyOf(farewells);
    }

    /** Whether this instance is going down, and new requests should go to another. */
    public boolean isDraining() {
        return draining;
    }

    @Override
    public void lifeCycleStarted(LifeCycle server) {
        serving = true;
    }

    @Override
    public void lifeCycleStopping(LifeCycle server) {
        draining = true;
        // A start that failed has nobody to wait for.
        if (serving) {
            LOGGER.info("Going down: not ready from now on, the ports close in {} ms", window.toMillis());
            try {
                Thread.sleep(window.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        farewells.forEach(Runnable::run);
    }
}
