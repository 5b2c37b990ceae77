package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationRecords.Outcome;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets requests wait for registrations to end or to need attention. Ends written by this instance complete a wait at
 * once; those written by others are found by polling the table every {@link #POLL}, with one statement for all waits.
 * Thread-safe.
 */
public final class CompletionWatch implements Managed {

    private static final Logger LOG = LoggerFactory.getLogger(CompletionWatch.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Jdbi jdbi;
    private final Map<RegistrationId, List<CompletableFuture<Settled>>> waiting = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "completion-watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean released;

    public CompletionWatch(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void start() {
        var unused = timer.scheduleWithFixedDelay(this::poll, POLL.toMillis(), POLL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        release();
        timer.shutdownNow();
    }

    /** Ends all waits, current and future, without a result. */
    public void release() {
        released = true;
        waiting.values().forEach(all -> all.forEach(waiter -> waiter.cancel(false)));
    }

    /**
     * Returns a future for one waiter, completed when the registration settles. Request it before the registration can
     * settle, otherwise its end may be seen one poll later. Release it by {@link #forget}.
     */
    public CompletableFuture<Settled> await(RegistrationId id) {
        CompletableFuture<Settled> waiter = new CompletableFuture<>();
        waiting.compute(id, (key, others) -> with(others, waiter));
        if (released) {
            waiter.cancel(false);
        }
        return waiter;
    }

    /** Removes a waiter. */
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
     * @param written the outcome that was written; null if only the status is known
     */
    public record Settled(
            RegistrationStatus status, @Nullable Outcome written) {}

    /** Completes the waits. To be called after the commit; may be called more than once. */
    public void completed(RegistrationId id, RegistrationStatus status) {
        complete(id, new Settled(status, null));
    }

    /** The same for a COMPLETED that this instance has written: it need not be read again. */
    void completed(Outcome written) {
        complete(written.registrationId(), new Settled(RegistrationStatus.COMPLETED, written));
    }

    private void complete(RegistrationId id, Settled settled) {
        List<CompletableFuture<Settled>> all = waiting.remove(id);
        if (all != null) {
            all.forEach(waiter -> waiter.complete(settled));
        }
    }

    private void poll() {
        if (waiting.isEmpty()) {
            return;
        }
        try {
            settled(List.copyOf(waiting.keySet())).forEach(this::completed);
        } catch (RuntimeException e) {
            LOG.warn("cannot poll for ended registrations: {}", e.getClass().getName());
        }
    }

    private Map<RegistrationId, RegistrationStatus> settled(List<RegistrationId> ids) {
        List<UUID> keys = ids.stream().map(RegistrationId::value).toList();
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id, status FROM registrations
                        WHERE id = ANY(:ids) AND status IN ('COMPLETED', 'FAILED', 'CANCELLED', 'NEEDS_ATTENTION')
                        """)
                .bindArray("ids", UUID.class, keys)
                .reduceRows(new HashMap<>(), (found, row) -> {
                    found.put(
                            new RegistrationId(row.getColumn("id", UUID.class)),
                            RegistrationStatus.valueOf(row.getColumn("status", String.class)));
                    return found;
                }));
    }
}
