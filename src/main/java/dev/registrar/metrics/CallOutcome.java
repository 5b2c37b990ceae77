package dev.registrar.metrics;

import java.util.Locale;

/** How a call ended: the values of {@code outcome} of its metric. */
public enum CallOutcome {
    SUCCESS,
    /** The provider definitely refused a charge (402). */
    DECLINED,
    REJECTED,
    UNAVAILABLE,
    UNKNOWN,
    /** Not sent because the breaker was open. */
    BREAKER_OPEN;

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
