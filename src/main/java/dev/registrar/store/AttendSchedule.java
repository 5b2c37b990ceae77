package dev.registrar.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a registration is attended to next.
 *
 * @param firstCheck after acceptance, in case its workflow was never started
 * @param check how often an active run is checked
 * @param lateChargeWatch when, after the end, the providers are checked for late effects
 * @param refundWatch when, after a refund was proved, it is checked again
 * @param retry how often open undo rows are retried automatically
 */
public record AttendSchedule(
        Duration firstCheck, Duration check, List<Duration> lateChargeWatch, List<Duration> refundWatch, Retry retry) {

    public AttendSchedule {
        lateChargeWatch = List.copyOf(lateChargeWatch);
        refundWatch = List.copyOf(refundWatch);
    }

    /**
     * @param first wait before the first automatic try
     * @param factor growth of the wait from one try to the next
     * @param max longest wait
     * @param within after this time, counted from when the row was left open, only an operator's command retries
     */
    public record Retry(Duration first, double factor, Duration max, Duration within) {

        /**
         * When the next automatic try is due; empty if only an operator may try from now on.
         *
         * @param spread 0.0 to 1.0, spreads the waits by ± 20 %
         */
        Optional<Instant> next(Instant now, Instant since, int retries, double spread) {
            double millis = Math.min(first.toMillis() * Math.pow(factor, retries), (double) max.toMillis());
            Instant next = now.plusMillis(Math.round(millis * (0.8 + 0.4 * spread)));
            return next.isAfter(since.plus(within)) ? Optional.empty() : Optional.of(next);
        }
    }

    /** When the next late lookup of a registration that ended at this time is due; empty after the last one. */
    Optional<Instant> nextLook(Instant endedAt, int stage) {
        return due(lateChargeWatch, endedAt, stage);
    }

    /** When a refund that was proved at this time is checked next; empty after the last check. */
    Optional<Instant> nextRefundLook(Instant closedAt, int stage) {
        return due(refundWatch, closedAt, stage);
    }

    private static Optional<Instant> due(List<Duration> watch, Instant from, int stage) {
        return stage < watch.size() ? Optional.of(from.plus(watch.get(stage))) : Optional.empty();
    }
}
