package dev.registrar.call;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tracks how local attempts end, by activity type. After {@value #IN_A_ROW} time-outs in a row local attempts would
 * only cause delay: for {@link #PAUSE} registrations start with that step in durable mode. Thread-safe.
 */
public final class LocalAttempts {

    /** How long the call of a local attempt may last in all. */
    public static final Duration CALL_LIMIT = Duration.ofSeconds(2);

    /** Start-to-close of a local attempt: the call ends by itself before that. */
    public static final Duration START_TO_CLOSE = Duration.ofMillis(2_500);

    private static final int IN_A_ROW = 3;
    private static final Duration PAUSE = Duration.ofSeconds(60);

    private final Clock clock;
    private final Map<String, State> states = new ConcurrentHashMap<>();

    public LocalAttempts(Clock clock) {
        this.clock = clock;
    }

    /** The mode to start with: the configured one, unless local attempts of this type are paused. */
    public CallPolicy.Mode mode(String activityType, CallPolicy.Mode configured) {
        State state = states.get(activityType);
        boolean paused =
                state != null && state.pausedUntil != null && clock.instant().isBefore(state.pausedUntil);
        return paused ? CallPolicy.Mode.DURABLE : configured;
    }

    void answered(String activityType) {
        states.remove(activityType);
    }

    void timedOut(String activityType) {
        states.compute(activityType, (type, state) -> {
            int inARow = (state == null ? 0 : state.inARow) + 1;
            return new State(inARow, inARow >= IN_A_ROW ? clock.instant().plus(PAUSE) : null);
        });
    }

    private record State(int inARow, @Nullable Instant pausedUntil) {}
}
