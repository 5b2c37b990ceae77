package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationRecords.Outcome;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets requests wait for registrations to settle. An end written by this instance is told at once; one written by another
 * is seen by a look at the table every {@link #POLL}, one statement for all that wait. Thread-safe.
 */
public final class SettledWatch implements SettledListener, Managed {

    private static final Logger LOG = LoggerFactory.getLogger(SettledWatch.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final RegistrationStore store;
    private final Map<RegistrationId, List<CompletableFuture<Settled>>> waiting = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "settled-watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean released;

    public SettledWatch(RegistrationStore store) {
        this.store = store;
    }

    @Override
    public void start() {
        var unused = timer.scheduleWithFixedDelay(this::look, POLL.toMillis(), POLL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        release();
        timer.shutdownNow();
    }

    /** From now on nobody waits: those who do are told that they waited in vain, and those who come so too. */
    public void release() {
        released = true;
        waiting.values().forEach(all -> all.forEach(waiter -> waiter.cancel(false)));
    }

    /**
     * A future of this registration's settling, for one waiter; to be asked for before the registration can settle, or its
     * end may be seen one poll later. Given back by {@link #forget}.
     */
    public CompletableFuture<Settled> await(RegistrationId id) {
        CompletableFuture<Settled> waiter = new CompletableFuture<>();
        waiting.compute(id, (key, others) -> with(others, waiter));
        if (released) {
            waiter.cancel(false);
        }
        return waiter;
    }

    /** This waiter waits no more. */
    public void forget(RegistrationId id, CompletableFuture<Settled> waiter) {
        waiting.computeIfPresent(id, (key, all) -> without(all, waiter));
    }

    private static List<CompletableFuture<Settled>> with(
            @Nullable List<CompletableFuture<Settled>> others, CompletableFuture<Settled> waiter) {
        List<CompletableFuture<Settled>> all = others == null ? new ArrayList<>() : new ArrayList<>(others);
        all.add(waiter);
        return all;
    }

    private static @Nullable List<CompletableFuture<Settled>> without(
            List<CompletableFuture<Settled>> all, CompletableFuture<Settled> waiter) {
        List<CompletableFuture<Settled>> rest = new ArrayList<>(all);
        rest.removeIf(other -> other == waiter);
        return rest.isEmpty() ? null : rest;
    }

    /**
     * How a registration settled.
     *
     * @param written what was written of it; null where only the status is known
     */
    public record Settled(
            RegistrationStatus status, @Nullable Outcome written) {}

    @Override
    public void settled(RegistrationId id, RegistrationStatus status) {
        tell(id, new Settled(status, null));
    }

    @Override
    public void settled(Outcome written) {
        tell(written.registrationId(), new Settled(written.status(), written));
    }

    private void tell(RegistrationId id, Settled settled) {
        List<CompletableFuture<Settled>> all = waiting.remove(id);
        if (all != null) {
            all.forEach(waiter -> waiter.complete(settled));
        }
    }

    private void look() {
        if (waiting.isEmpty()) {
            return;
        }
        try {
            store.settled(List.copyOf(waiting.keySet())).forEach(this::settled);
        } catch (RuntimeException e) {
            LOG.warn("cannot look for ended registrations: {}", e.getClass().getName());
        }
    }
}
