package dev.registrar.metrics;

import java.util.Locale;

/** How a call ended, as its metric says it. */
public enum CallOutcome {
    SUCCESS,
    /** The provider's definite no to a charge (402). */
    DECLINED,
    REJECTED,
    UNAVAILABLE,
    UNKNOWN,
    /** Not sent, because the breaker let nothing through. */
    BREAKER_OPEN;

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
