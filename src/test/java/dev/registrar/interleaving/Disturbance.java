package dev.registrar.interleaving;

import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What disturbs the calls to the providers: requests and answers are lost, and a call may run another event first, which
 * creates interleavings that no timing would hit. Thread-safe.
 */
final class Disturbance {

    private final Random random;
    private final AtomicReference<@Nullable Runnable> meanwhile = new AtomicReference<>();
    private final AtomicReference<@Nullable Runnable> whileUndoing = new AtomicReference<>();
    private volatile double trouble;

    Disturbance(Random random) {
        this.random = random;
    }

    /** Disturbs this share of calls from now on. */
    void trouble(double share) {
        trouble = share;
    }

    /** Runs during the next call with an effect, before the effect. */
    void meanwhile(Runnable event) {
        meanwhile.set(event);
    }

    /** Runs during the next call that undoes something, before the effect. */
    void whileUndoing(Runnable event) {
        whileUndoing.set(event);
    }

    /** No call is disturbed any more; an operator may still act. */
    void calm() {
        trouble = 0;
        meanwhile.set(null);
    }

    private static void happens(AtomicReference<@Nullable Runnable> once) {
        Runnable event = once.getAndSet(null);
        if (event != null) {
            event.run();
        }
    }

    private boolean lucky(double share) {
        synchronized (random) {
            return random.nextDouble() >= share;
        }
    }

    /** A call with an effect. */
    <T> T changing(Step service, Supplier<T> effect) {
        happens(meanwhile);
        if (!lucky(trouble / 2)) {
            throw lucky(0.5)
                    ? new UnavailableException(service, "not sent")
                    : new UnknownOutcomeException(service, "lost before");
        }
        T answer = effect.get();
        if (!lucky(trouble / 2)) {
            throw new UnknownOutcomeException(service, "lost after");
        }
        return answer;
    }

    /** A call that undoes something. */
    <T> T undoing(Step service, Supplier<T> effect) {
        happens(whileUndoing);
        return changing(service, effect);
    }

    /** A call without an effect. */
    <T> T reading(Step service, Supplier<T> answer) {
        if (!lucky(trouble)) {
            throw new UnavailableException(service, "no answer");
        }
        return answer.get();
    }
}
