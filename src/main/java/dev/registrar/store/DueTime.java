package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * When a registration is attended to next: the earliest time of everything it waits for. Immutable.
 *
 * @param at null if nothing is left to do
 * @param service the provider that will be called: while its breaker is open, the registration waits; null if none
 */
record DueTime(@Nullable Instant at, @Nullable String service) {

    private static final DueTime NEVER = new DueTime(null, null);

    /** The due time while a run is active: it is only checked. */
    static DueTime running(RegistrationFacts facts, AttendSchedule schedule) {
        Instant at = facts.attendAt();
        return new DueTime(at == null ? facts.now().plus(schedule.check()) : at, null);
    }

    /**
     * The due time while no run is active.
     *
     * @param status as derived from these facts and rows
     * @param spread 0.0 to 1.0, spreads automatic tries
     */
    static DueTime atRest(
            RegistrationFacts facts,
            RegistrationStatus status,
            List<UndoRow> rows,
            AttendSchedule schedule,
            double spread) {
        if (facts.commandsPending()) {
            // Only commands for a newer version are seen by a run and left: checked at growing intervals.
            boolean seenBefore = facts.failures() > 0;
            return new DueTime(
                    seenBefore ? facts.now().plus(DueRegistrations.backOff(facts.failures())) : facts.now(), null);
        }
        List<DueTime> all = new ArrayList<>();
        Optional<UndoRow> open = rows.stream().filter(UndoRow::unclosed).findFirst();
        if (open.isPresent() && !facts.held()) {
            Instant since = facts.retrySince() == null ? facts.now() : facts.retrySince();
            schedule.retry()
                    .next(facts.now(), since, facts.retries(), spread)
                    .ifPresent(at -> all.add(new DueTime(at, open.get().service())));
        }
        if (!status.ended() && open.isEmpty()) {
            all.add(new DueTime(facts.now(), null));
        }
        if (status.ended() && facts.inDoubt()) {
            Instant end = facts.finishedAt() == null ? facts.now() : facts.finishedAt();
            schedule.nextLook(end, facts.watchStage()).ifPresent(at -> all.add(look(at, facts, schedule)));
        }
        refundLooks(rows, schedule).forEach(at -> all.add(look(at, facts, schedule)));
        return all.stream().min(Comparator.comparing(DueTime::sortKey)).orElse(NEVER);
    }

    /** When each proved refund is checked again. */
    static Stream<Instant> refundLooks(List<UndoRow> rows, AttendSchedule schedule) {
        return rows.stream()
                .filter(UndoRow::refunded)
                .flatMap(row -> schedule.nextRefundLook(row.closedAt(), row.watchStage()).stream());
    }

    /** A lookup still overdue after a run had no answer: it is not repeated at once. */
    private static DueTime look(Instant at, RegistrationFacts facts, AttendSchedule schedule) {
        Instant due =
                at.isAfter(facts.now()) ? at : facts.now().plus(schedule.retry().first());
        return new DueTime(due, Step.PAYMENT.code());
    }

    private Instant sortKey() {
        return at == null ? Instant.MAX : at;
    }

    /** The part of an undo row that decides the due time. */
    record UndoRow(
            String action,
            String service,
            String state,
            boolean money,
            @Nullable String reference,
            @Nullable String lastErrorCode,
            Instant closedAt,
            int watchStage) {

        /** The registration's rows, in the order of execution. */
        static List<UndoRow> of(Handle handle, RegistrationId id) {
            return handle.createQuery("""
                            SELECT action, service, state, amount IS NOT NULL AS money, reference, last_error_code,
                                   closed_at, watch_stage
                            FROM compensations
                            WHERE registration_id = :id ORDER BY position, opened_at
                            """)
                    .bind("id", id.value())
                    .map((row, context) -> new UndoRow(
                            row.getString("action"),
                            row.getString("service"),
                            row.getString("state"),
                            row.getBoolean("money"),
                            row.getString("reference"),
                            row.getString("last_error_code"),
                            Optional.ofNullable(RegistrationFacts.Mapper.instant(row, "closed_at"))
                                    .orElse(Instant.EPOCH),
                            row.getInt("watch_stage")))
                    .list();
        }

        boolean unclosed() {
            return !state.equals("DONE") && !state.equals("RESOLVED");
        }

        /** Why it is open; a row without a failed attempt waits for an unknown outcome. */
        String errorCode() {
            return lastErrorCode == null ? service + "_unknown" : lastErrorCode;
        }

        boolean holdsMoney() {
            return unclosed() && money;
        }

        /** Whether money was refunded; a row closed because there was no payment needs no further check. */
        boolean refunded() {
            return action.equals("refund") && state.equals("DONE") && money && reference != null;
        }
    }
}
