package dev.registrar.outbound;

import dev.registrar.metrics.CallOutcome;
import java.util.EnumSet;
import java.util.Set;

/** Whether a request may change something at the provider; decides what a missing answer means. */
enum Effect {
    /** Without an answer the outcome is unknown. */
    CHANGES,
    /** Without an answer nothing is lost. */
    READS;

    /** How such a call can end. */
    Set<CallOutcome> outcomes() {
        return this == CHANGES
                ? EnumSet.allOf(CallOutcome.class)
                : EnumSet.complementOf(EnumSet.of(CallOutcome.UNKNOWN, CallOutcome.DECLINED));
    }
}
