package dev.registrar.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a call waits for an obstacle, and how much of its patience is left. Waits for the same obstacle double, up
 * to {@link #LONGEST_DOUBLED}, so that a waiting registration costs at most 300 history events an hour. Workflow code:
 * one instance per call.
 */
final class Patience {

    /** No wait is doubled beyond this; a longer wait is made only if it was requested. */
    static final Duration LONGEST_DOUBLED = Duration.ofMinutes(5);

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** From the second wait in a row on. */
    private static final Duration SHORTEST_REPEATED = Duration.ofSeconds(15);

    /** How soon a held call is retried: the operator may release it before the hold ends. */
    private static final Duration FIRST_HELD = Duration.ofSeconds(30);

    private static final double JITTER = 0.1;

    private final Duration firstInterval;
    private Duration left;
    private @Nullable Duration last;

    Patience(CallPolicy policy) {
        this.firstInterval = policy.firstInterval();
        this.left = policy.patience();
    }

    /**
     * The next wait, deducted from the patience unless an operator holds the call; null if patience is used up.
     *
     * @param failure of a kind that waits
     * @param random 0 to 1
     */
    @Nullable
    Duration next(CallFailure failure, double random) {
        if (failure.reachedProvider()) {
            last = null;
        }
        Duration asked = max(failure.retryAfter() == null ? Duration.ZERO : failure.retryAfter(), SHORTEST);
        return switch (failure.kind()) {
            case HELD -> {
                Duration wait = min(asked, last == null ? FIRST_HELD : doubled(last));
                last = wait;
                yield jittered(wait, random);
            }
            case RETRY_AFTER -> spend(asked, asked, random);
            case BLOCKED -> spend(SHORTEST, last == null ? firstInterval : doubled(last), random);
            default -> spend(asked, last == null ? asked : max(asked, doubled(last)), random);
        };
    }

    /** The last wait is cut to what is left, but never below the least. */
    private @Nullable Duration spend(Duration least, Duration wanted, double random) {
        Duration wait = min(jittered(wanted, random), max(left, jittered(least, random)));
        if (wait.compareTo(left) > 0) {
            return null;
        }
        left = left.minus(wait);
        last = wanted;
        return wait;
    }

    private static Duration doubled(Duration wait) {
        return min(LONGEST_DOUBLED, max(SHORTEST_REPEATED, wait.multipliedBy(2)));
    }

    private static Duration jittered(Duration wait, double random) {
        return wait.plusMillis(Math.round(wait.toMillis() * JITTER * random));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
