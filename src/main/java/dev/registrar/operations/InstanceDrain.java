package dev.registrar.operations;

import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shuts an instance down without failing requests, as a listener of the server: first it only reports not ready, so
 * that load balancers choose another; then it releases what could delay the stop; only then are the ports closed and
 * requests in flight completed. Thread-safe.
 */
public final class InstanceDrain implements LifeCycle.Listener {

    private static final Logger LOGGER = LoggerFactory.getLogger(InstanceDrain.class);

    private final Duration window;
    private final List<Runnable> farewells;
    private volatile boolean serving;
    private volatile boolean draining;

    /**
     * @param window how long requests are still served
     * @param farewells run in this order at the window's end, none of which may block
     */
    public InstanceDrain(Duration window, List<Runnable> farewells) {
        this.window = window;
        this.farewells = List.copyOf(farewells);
    }

    /** Whether this instance is shutting down, so that new requests should go to another. */
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
        // After a failed start there are no requests to wait for.
        if (serving) {
            LOGGER.info("Shutting down: not ready from now on, the ports close in {} ms", window.toMillis());
            try {
                Thread.sleep(window.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        farewells.forEach(Runnable::run);
    }
}
