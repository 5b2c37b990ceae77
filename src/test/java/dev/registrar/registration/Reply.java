package dev.registrar.registration;

import dev.registrar.model.CallDetails;
import dev.registrar.model.CallException;
import dev.registrar.model.ForwardGuard.ForwardRefusedException;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a scripted service handles one call.
 *
 * @param effect whether the call takes effect
 * @param answer returned instead of the effect's own result
 * @param failure thrown after the effect
 */
record Reply(
        Runnable before,
        Runnable afterwards,
        boolean effect,
        @Nullable Object answer,
        @Nullable Function<Step, RuntimeException> failure) {

    static Reply works() {
        return new Reply(() -> {}, () -> {}, true, null, null);
    }

    /** Returns this without any effect. */
    static Reply answers(Object answer) {
        return new Reply(() -> {}, () -> {}, false, answer, null);
    }

    /** Connection refused: nothing was sent. */
    static Reply down() {
        return fails(false, step -> new UnavailableException(step, "refused"));
    }

    static Reply breakerOpen(Duration retryAfter) {
        return fails(
                false,
                step -> new UnavailableException(
                        step, UnavailableException.Reason.BREAKER_OPEN, retryAfter, "breaker open"));
    }

    /** An operator holds the breaker open for this long. */
    static Reply held(Duration left) {
        return fails(
                false, step -> new UnavailableException(step, UnavailableException.Reason.HELD, left, "forced open"));
    }

    /** 401. */
    static Reply blocked() {
        return fails(
                false,
                step -> new UnavailableException(step, UnavailableException.Reason.BLOCKED, null, "answered 401"));
    }

    /** 429 with Retry-After. */
    static Reply comeBackIn(Duration retryAfter) {
        return fails(
                false,
                step -> new UnavailableException(
                        step, UnavailableException.Reason.RETRY_AFTER, retryAfter, "too many requests"));
    }

    /** 4xx. */
    static Reply refused() {
        return fails(false, step -> new RejectedException(step, "invalid_request", "refused"));
    }

    /** The deadline passed before the request took effect. */
    static Reply lostBefore() {
        return fails(false, step -> new UnknownOutcomeException(step, "time-out"));
    }

    /** The request took effect, and its response was lost. */
    static Reply lostAfter() {
        return fails(true, step -> new UnknownOutcomeException(step, "time-out"));
    }

    /** A local attempt that reached its limit after the effect. */
    static Reply localLimitAfter() {
        return fails(true, step -> new UnknownOutcomeException(step, "local limit", true, null));
    }

    /** 503 with Retry-After for a call that took effect. */
    static Reply unknownComeBackIn(Duration retryAfter) {
        return fails(false, step -> new UnknownOutcomeException(step, "unavailable", false, retryAfter));
    }

    /** An unexpected exception. */
    static Reply breaks() {
        return fails(false, step -> new IllegalStateException("ada@example.com"));
    }

    static Reply guardRefuses(World world) {
        return fails(false, step -> new ForwardRefusedException(world.id()));
    }

    private static Reply fails(boolean effect, Function<Step, RuntimeException> failure) {
        return new Reply(() -> {}, () -> {}, effect, null, failure);
    }

    /** The same; its failure has these details. */
    Reply met(CallDetails details) {
        Function<Step, RuntimeException> plain = Objects.requireNonNull(failure);
        return new Reply(before, afterwards, effect, answer, step -> ((CallException) plain.apply(step)).with(details));
    }

    /** The same, held in progress first. */
    Reply heldBy(Gate gate) {
        return after(gate::pass);
    }

    /** The same, after this has run. */
    Reply after(Runnable first) {
        return new Reply(first, afterwards, effect, answer, failure);
    }

    /** The same; this runs between the effect and the response. */
    Reply afterwards(Runnable then) {
        return new Reply(before, then, effect, answer, failure);
    }

    @SuppressWarnings("unchecked")
    <T> T play(Step step, Supplier<T> service) {
        before.run();
        Object fixed = answer;
        if (!effect && fixed == null && failure == null) {
            throw new IllegalStateException("a reply that does nothing");
        }
        T done = effect || fixed == null ? effectOf(step, service) : (T) fixed;
        afterwards.run();
        if (failure != null) {
            throw failure.apply(step);
        }
        return done;
    }

    private <T> T effectOf(Step step, Supplier<T> service) {
        if (!effect && failure != null) {
            throw failure.apply(step);
        }
        return service.get();
    }
}
