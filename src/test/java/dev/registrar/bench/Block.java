package dev.registrar.bench;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One block of measuring: has a limit, before which nothing new is begun that would not end in time, and at which it ends
 * whatever runs. Says every few seconds what goes on. Thread-safe.
 */
final class Block implements AutoCloseable {

    /** The exit code where the limit came in the middle of something. */
    static final int OVERRUN = 3;

    private static final int SAID_EVERY_SECONDS = 5;

    /** For what comes after the last round: the end of all processes. */
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
            // The processes that were started end with this one, by their shutdown hooks.
            System.exit(OVERRUN);
        }
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Whether something that takes so long ends within the limit. */
    boolean hasTimeFor(Duration needed) {
        return elapsed().plus(needed).plus(END).compareTo(limit) < 0;
    }

    /** What goes on from now. */
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
