package dev.registrar.outbound;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a breaker stands.
 *
 * @param name service and group of operations, for example {@code payment-charge}
 * @param state resilience4j's name: {@code CLOSED}, {@code OPEN}, {@code HALF_OPEN}, {@code FORCED_OPEN}, …
 * @param openUntil when it will let a probe through; only while open
 * @param forcedUntil when an operator's hold ends; only while {@code FORCED_OPEN} or {@code DISABLED} (forced closed)
 * @param calls how many calls of the window are counted
 * @param failed how many of them failed
 * @param slow how many of them were slow
 */
public record BreakerStatus(
        String name,
        String state,
        @Nullable Instant openUntil,
        @Nullable Instant forcedUntil,
        int calls,
        int failed,
        int slow) {

    /** Whether nothing is let through now. */
    public boolean isOpen() {
        return state.equals("OPEN") || state.equals("FORCED_OPEN");
    }
}
