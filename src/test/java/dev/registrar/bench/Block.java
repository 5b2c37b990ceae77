package dev.registrar.bench;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One block of measurements with a time limit: starts nothing that would not end in time, and stops whatever runs at
 * the limit. Prints its progress every few seconds. Thread-safe.
 */
final class Block implements AutoCloseable {

    /** The exit code if the limit interrupted a measurement. */
    static final int OVERRUN = 3;

    private static final int SAID_EVERY_SECONDS = 5;

    /** Time to stop all processes after the last round. */
    private static final Duration END = Duration.ofSeconds(20);

    private final long begun = System.nanoTime();
    private final Duration limit;
    private final Consumer<String> output;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "bench-clock");
        thread.setDaemon(true);
        return thread;
    });
    private volatile String doing = "starting";
    private volatile long since = begun;

    Block(Duration limit, Consumer<String> output) {
        this.limit = limit;
        this.output = output;
        var unused = clock.scheduleAtFixedRate(this::tick, SAID_EVERY_SECONDS, SAID_EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void tick() {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
        say("  " + doing + ", " + seconds + " s");
        if (elapsed().compareTo(limit) > 0) {
            say("The time is up in the middle of it: --resume goes on.");
            // Child processes are ended by shutdown hooks.
            System.exit(OVERRUN);
        }
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Whether something of this duration would end within the limit. */
    boolean hasTimeFor(Duration needed) {
        return elapsed().plus(needed).plus(END).compareTo(limit) < 0;
    }

    /** Sets the current activity. */
    void doing(String what) {
        doing = what;
        since = System.nanoTime();
    }

    void say(String line) {
        output.accept("%4d s %s".formatted(elapsed().toSeconds(), line));
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
