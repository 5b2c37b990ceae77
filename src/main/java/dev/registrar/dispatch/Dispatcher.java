package dev.registrar.dispatch;

import com.google.common.collect.Comparators;
import dev.registrar.dispatch.RegistrationRuns.State;
import dev.registrar.dispatch.RegistrationRuns.UnavailableException;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.NewerVersionException;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.DueRegistrations;
import dev.registrar.store.DueRegistrations.Due;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases due registrations and starts a run of each, or rings the active one. Instances share the work by their leases.
 * The failure of one registration does not affect others; only an error of Temporal or PostgreSQL pauses the
 * dispatcher. Thread-safe.
 */
public final class Dispatcher implements Managed {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int PAGE = 200;

    /** How many registrations with commands are attended to at a time although there is no room for further runs. */
    private static final int COMMANDED = 20;

    private static final Duration UNTIL_THERE_IS_ROOM = Duration.ofMillis(200);
    private static final int THREADS = 4;

    /** How many seconds' starts may be under way. */
    private static final int SECONDS_UNDER_WAY = 2;

    /** Times the check's interval. */
    private static final int RAREST_CHECK = 8;

    private static final Duration BREAKER_CHECK = Duration.ofSeconds(5);

    /** How soon a newer instance may take what this one cannot read. */
    private static final Duration NEWER_INSTANCE = Duration.ofSeconds(5);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final long STOP_SECONDS = 3;

    private final DueRegistrations store;
    private final RegistrationRuns runs;
    private final Predicate<String> breakerOpen;
    private final Settings settings;
    private final RegistrarMeters meters;
    private final RunsUnderWay underWay;
    private final LinkedBlockingQueue<Boolean> bell = new LinkedBlockingQueue<>(1);
    private final ExecutorService starters = Executors.newFixedThreadPool(THREADS, Dispatcher::daemon);
    private final Thread loop = new Thread(this::loop, "dispatcher");
    private volatile boolean stopped;

    /**
     * @param interval between two rounds
     * @param check how long after a registration was leased its run is checked again; a run whose row does not change
     *     for longer than twice this time is checked less often, down to an eighth
     * @param startsPerSecond at most, by this instance; at most twice as many runs that it has started are at work at
     *     the same time
     */
    public record Settings(Duration interval, Duration check, int startsPerSecond) {}

    /** @param breakerOpen whether nothing can be sent to this service now */
    public Dispatcher(
            DueRegistrations store,
            RegistrationRuns runs,
            Predicate<String> breakerOpen,
            Settings settings,
            RegistrarMeters meters) {
        this.store = store;
        this.runs = runs;
        this.breakerOpen = breakerOpen;
        this.settings = settings;
        this.meters = meters;
        underWay = new RunsUnderWay(store, SECONDS_UNDER_WAY * settings.startsPerSecond());
        meters.sweepsOf("Dispatcher");
        loop.setDaemon(true);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "dispatcher-start");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void start() {
        loop.start();
    }

    @Override
    public void stop() throws InterruptedException {
        stopped = true;
        loop.interrupt();
        starters.shutdownNow();
        loop.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    }

    /**
     * Rings the run of a registration that has received a command, and wakes the dispatcher of this instance. Returns
     * at once, because callers may hold a connection; a lost ring only costs time, because the registration is due
     * anyway.
     */
    public void ring(RegistrationId id) {
        try {
            starters.execute(() -> runs.ring(id));
        } catch (RejectedExecutionException e) {
            LOG.debug("registration {} not rung, this instance is shutting down", id);
        }
        wake();
    }

    /** Starts a round now. */
    public void wake() {
        bell.offer(true);
    }

    private void loop() {
        Duration pause = settings.interval();
        while (!stopped) {
            try {
                bell.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
                pause = timedRound().orElse(longer(pause));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private Duration longer(Duration pause) {
        return Comparators.min(Comparators.max(pause, settings.interval()).multipliedBy(2), LONGEST_PAUSE);
    }

    /** Empty if Temporal or PostgreSQL do not answer. */
    private Optional<Duration> timedRound() throws InterruptedException {
        long begun = System.nanoTime();
        Optional<Duration> next = Optional.empty();
        try {
            next = Optional.of(round());
        } catch (UnavailableException | JdbiException e) {
            LOG.warn("nothing is dispatched for now: {}", rootOf(e).getClass().getName());
        } catch (RuntimeException e) {
            LOG.error("a round of the dispatcher failed", e);
        } finally {
            meters.swept("Dispatcher", next.isPresent(), System.nanoTime() - begun);
        }
        return next;
    }

    private static Throwable rootOf(Throwable thrown) {
        return thrown.getCause() == null ? thrown : rootOf(thrown.getCause());
    }

    /**
     * Attends to what is due, as much as one page and as there is room for further runs; without room, only to
     * registrations with commands, whose people wait. Returns when the next round should begin: at once after a full page.
     *
     * @throws UnavailableException if Temporal does not answer
     * @throws JdbiException if PostgreSQL does not
     */
    public Duration round() throws InterruptedException {
        long begun = System.nanoTime();
        int room = underWay.room();
        int most = room == 0 ? COMMANDED : Math.min(PAGE, room);
        List<Due> page = store.lease(settings.check(), most, room == 0);
        attendTo(page);
        if (page.size() < most) {
            return room == 0 ? UNTIL_THERE_IS_ROOM : settings.interval();
        }
        long least = TimeUnit.SECONDS.toNanos(page.size()) / settings.startsPerSecond();
        long left = least - (System.nanoTime() - begun);
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
        return Duration.ZERO;
    }

    private void attendTo(List<Due> page) throws InterruptedException {
        List<Future<?>> all = page.stream()
                .<Future<?>>map(due -> starters.submit(() -> attendTo(due)))
                .toList();
        RuntimeException unavailable = null;
        for (Future<?> each : all) {
            try {
                each.get();
            } catch (ExecutionException e) {
                unavailable = e.getCause() instanceof RuntimeException cause
                        ? cause
                        : new IllegalStateException(e.getCause());
            }
        }
        if (unavailable != null) {
            throw unavailable;
        }
    }

    private void attendTo(Due due) {
        try {
            dispatch(due);
        } catch (UnavailableException e) {
            // Temporal's failure, not the registration's: due again as soon as the dispatcher continues.
            store.leave(due, Duration.ZERO);
            throw e;
        } catch (JdbiException e) {
            throw e;
        } catch (NewerVersionException e) {
            meters.sweeperFound("left_to_newer_version");
            LOG.warn("registration {} is left to a newer instance: {}", due.id(), e.getMessage());
            store.leave(due, NEWER_INSTANCE);
        } catch (RuntimeException e) {
            meters.sweeperFound("registration_failed");
            LOG.error(
                    "registration {} cannot be attended to: {}",
                    due.id(),
                    e.getClass().getName());
            store.failed(due);
        }
    }

    /** Runs that last are checked less often: thousands of checks a second would leave Temporal no time for the runs. */
    private void checkLater(Due due) {
        Duration longest = settings.check().multipliedBy(RAREST_CHECK);
        Duration half = due.unchanged().dividedBy(2);
        if (half.compareTo(settings.check()) > 0) {
            store.postpone(due, Comparators.min(half, longest));
        }
    }

    private void dispatch(Due due) {
        String service = due.service();
        if (service != null && !due.commandsPending() && breakerOpen.test(service)) {
            store.postpone(due, BREAKER_CHECK);
            return;
        }
        State state = runs.stateOf(due.id());
        if (state == State.RUNNING) {
            if (due.commandsPending()) {
                runs.ring(due.id());
            } else {
                checkLater(due);
            }
            return;
        }
        boolean outside = state == State.TERMINATED || state == State.TIMED_OUT;
        if (!store.starting(due, settings.check(), state == State.ENDED)) {
            // The lease has lapsed: another instance attends to it, and a second run must not get the same number.
            return;
        }
        int run = due.run() + 1;
        runs.start(due.id(), run, state);
        underWay.started(due.id(), run);
        meters.sweeperFound(outside ? "ended_outside" : "registration_restarted");
    }
}
