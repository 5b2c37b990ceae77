package dev.registrar.registration;

import dev.registrar.call.SweepDuty;
import dev.registrar.metrics.RegistrarMeters;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the sweep duties of this instance repeatedly, one after the other. */
public final class Sweeper implements Managed {

    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final long STOP_SECONDS = 3;

    private final List<SweepDuty> duties;
    private final Duration interval;
    private final RegistrarMeters meters;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sweeper");
        thread.setDaemon(true);
        return thread;
    });

    /** @param interval between the end of one round and the start of the next */
    public Sweeper(List<SweepDuty> duties, Duration interval, RegistrarMeters meters) {
        this.meters = meters;
        duties.forEach(duty -> meters.sweepsOf(duty.name()));
        this.duties = List.copyOf(duties);
        this.interval = interval;
    }

    @Override
    public void start() {
        var unused = timer.scheduleWithFixedDelay(
                this::sweep, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() throws InterruptedException {
        timer.shutdownNow();
        timer.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }

    private void sweep() {
        for (SweepDuty duty : duties) {
            long begun = System.nanoTime();
            boolean well = false;
            try {
                duty.sweep();
                well = true;
            } catch (RuntimeException e) {
                LOG.warn(
                        "{} ended early, the next round continues: {}",
                        duty.name(),
                        e.getClass().getName());
            } finally {
                meters.swept(duty.name(), well, System.nanoTime() - begun);
            }
        }
    }
}
