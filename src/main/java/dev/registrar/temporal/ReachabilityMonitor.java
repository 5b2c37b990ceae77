package dev.registrar.temporal;

import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks whether the server answers, by a probe every second or two, and logs each change once. Unreachable until the
 * first answer and after two failures in a row: one late answer of a busy server is not an outage. Thread-safe.
 */
final class ReachabilityMonitor {

    private static final Logger LOGGER = LoggerFactory.getLogger(ReachabilityMonitor.class);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);
    private static final long WHILE_REACHABLE_MILLIS = 2_000;
    private static final long WHILE_UNREACHABLE_MILLIS = 1_000;
    private static final int FAILURES = 2;

    private final String target;
    private final Consumer<Duration> probe;
    private final Thread asking = new Thread(this::askUntilStopped, "temporal-monitor");
    private final CountDownLatch firstAnswer = new CountDownLatch(1);
    private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean reachable;
    private volatile int failures;
    private volatile boolean stopped;
    private boolean outageLogged;

    /** @param probe calls the server within the given time, or throws */
    ReachabilityMonitor(String target, Consumer<Duration> probe) {
        this.target = target;
        this.probe = probe;
        asking.setDaemon(true);
    }

    /** Starts probing. */
    void start() {
        asking.start();
    }

    void stop() {
        stopped = true;
        asking.interrupt();
    }

    boolean isReachable() {
        return reachable;
    }

    /** Calls this at each change, with whether the server is reachable now; it must neither block nor throw. */
    void onChange(Consumer<Boolean> listener) {
        listeners.add(listener);
    }

    /** Waits for the first answer; returns false on time-out. */
    boolean awaitFirstAnswer(Duration limit) throws InterruptedException {
        return firstAnswer.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits for the first answer without a limit. */
    void awaitFirstAnswer() throws InterruptedException {
        firstAnswer.await();
    }

    /** Records an answer to another call, which counts like a probe. */
    void answered() {
        failures = 0;
    }

    private void askUntilStopped() {
        while (!stopped) {
            try {
                probe.accept(PROBE_LIMIT);
                onAnswer();
            } catch (RuntimeException e) {
                onFailure(e);
            }
            try {
                Thread.sleep(reachable ? WHILE_REACHABLE_MILLIS : WHILE_UNREACHABLE_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void onAnswer() {
        failures = 0;
        if (!reachable) {
            outageLogged = false;
            LOGGER.info("Connected to Temporal at {}", target);
            set(true);
            firstAnswer.countDown();
        }
    }

    private void onFailure(RuntimeException e) {
        int inRow = failures + 1;
        failures = inRow;
        if (reachable && inRow < FAILURES) {
            return;
        }
        if (reachable) {
            set(false);
        }
        if (!outageLogged && !stopped) {
            outageLogged = true;
            LOGGER.warn("Temporal at {} cannot be reached ({}); retrying until it can", target, reason(e));
        }
    }

    private void set(boolean now) {
        reachable = now;
        listeners.forEach(listener -> listener.accept(now));
    }

    /** One line without a stack trace. */
    static String reason(Exception e) {
        return e instanceof StatusRuntimeException status
                ? status.getStatus().getCode() + ": " + status.getStatus().getDescription()
                : e.toString();
    }
}
