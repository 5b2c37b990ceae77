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
 * When a registration is attended to next: the earliest of all that it waits for. Immutable.
 *
 * @param at null if nobody has to attend
 * @param service the provider that will be asked: while its breaker is open, the registration waits; null if none
 */
record DueTime(@Nullable Instant at, @Nullable String service) {

    private static final DueTime NEVER = new DueTime(null, null);

    /** A run is at work: it is checked, nothing more. */
    static DueTime running(RegistrationFacts facts, AttendSchedule schedule) {
        Instant at = facts.attendAt();
        return new DueTime(at == null ? facts.now().plus(schedule.check()) : at, null);
    }

    /**
     * No run is at work.
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
            // Only what a newer version has to apply was seen by a run before: it is asked about later and later.
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

    /** When each proved refund is looked at again. */
    static Stream<Instant> refundLooks(List<UndoRow> rows, AttendSchedule schedule) {
        return rows.stream()
                .filter(UndoRow::refunded)
                .flatMap(row -> schedule.nextRefundLook(row.closedAt(), row.watchStage()).stream());
    }

    /** One that is overdue although a run has just ended was not answered: it is not asked again at once. */
    private static DueTime look(Instant at, RegistrationFacts facts, AttendSchedule schedule) {
        Instant due =
                at.isAfter(facts.now()) ? at : facts.now().plus(schedule.retry().first());
        return new DueTime(due, Step.PAYMENT.code());
    }

    private Instant sortKey() {
        return at == null ? Instant.MAX : at;
    }

    /** What decides of a row of the undo ledger. */
    record UndoRow(
            String action,
            String service,
            String state,
            boolean money,
            @Nullable String reference,
            Instant closedAt,
            int watchStage) {

        /** The registration's, in the order in which they are worked off. */
        static List<UndoRow> of(Handle handle, RegistrationId id) {
            return handle.createQuery("""
                            SELECT action, service, state, amount IS NOT NULL AS money, reference, closed_at, watch_stage
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
                            Optional.ofNullable(RegistrationFacts.Mapper.instant(row, "closed_at"))
                                    .orElse(Instant.EPOCH),
                            row.getInt("watch_stage")))
                    .list();
        }

        boolean unclosed() {
            return !state.equals("DONE") && !state.equals("RESOLVED");
        }

        boolean holdsMoney() {
            return unclosed() && money;
        }

        /** One that was closed because there was no payment has nothing to be looked at again. */
        boolean refunded() {
            return action.equals("refund") && state.equals("DONE") && money && reference != null;
        }
    }
}
