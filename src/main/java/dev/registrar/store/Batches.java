package dev.registrar.store;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.CommandInbox.Sender;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * Batches of {@code attend} commands: a selection of undo rows, fixed when it is requested and released over time. The
 * run that applies an item's command writes its result. Thread-safe.
 */
public final class Batches {

    /** The number of recent results that decide whether providers are unavailable. */
    private static final int RECENT = 10;

    private static final int MOST_AT_ONCE = 500;

    /** When batch b last made progress: a release, a result or a change of state. */
    public static final String LAST_CHANGE = """
            GREATEST(b.updated_at, (SELECT max(i.finished_at) FROM batch_items i WHERE i.batch_id = b.id))
            """;

    private final Jdbi jdbi;
    private final CommandInbox inbox;
    private final RegistrationTransitions transitions;
    private final RegistrarMeters meters;

    public Batches(Jdbi jdbi, CommandInbox inbox, RegistrationTransitions transitions, RegistrarMeters meters) {
        this.jdbi = jdbi;
        this.inbox = inbox;
        this.transitions = transitions;
        this.meters = meters;
    }

    /** The state of a batch. */
    public enum State {
        RUNNING,
        PAUSED,
        /** Stopped by itself, because a provider is unavailable. Can be resumed. */
        STOPPED,
        CANCELLED,
        DONE
    }

    /** How an item ended. */
    public enum Result {
        VERIFIED,
        STILL_FAILING,
        UNKNOWN,
        /** The row was closed otherwise before its turn came. */
        ALREADY_CLOSED,
        CANCELLED
    }

    /**
     * A batch as operators see it.
     *
     * @param rate maximum items per second
     */
    public record Batch(
            UUID id,
            State state,
            @Nullable String note,
            BigDecimal rate,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant finishedAt) {}

    /** An item of a selection. */
    public record Selected(UUID compensation, RegistrationId registration) {}

    /** A batch whose commands are being released. */
    public record Running(
            UUID id, String actor, String reason, BigDecimal rate, int judgedAfter, Instant releasedAt, Instant now) {}

    /** Stores a batch and its items, whose release begins. */
    public void create(UUID id, Sender sender, BigDecimal rate, List<Selected> selection) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate("""
                            INSERT INTO batches (id, actor, reason, rate, state, created_at, updated_at)
                            VALUES (:id, :actor, :reason, :rate, 'RUNNING', now(), now())
                            """)
                    .bind("id", id)
                    .bind("actor", sender.actor())
                    .bind("reason", sender.reason())
                    .bind("rate", rate)
                    .execute();
            PreparedBatch items = handle.prepareBatch("""
                    INSERT INTO batch_items (batch_id, position, compensation_id, registration_id)
                    VALUES (:batch, :position, :row, :registration)
                    """);
            for (int i = 0; i < selection.size(); i++) {
                items.bind("batch", id)
                        .bind("position", i + 1)
                        .bind("row", selection.get(i).compensation())
                        .bind("registration", selection.get(i).registration().value())
                        .add();
            }
            items.execute();
            handle.afterCommit(() -> meters.replayBatch("started"));
        });
    }

    /**
     * Changes the state if the batch has not ended, otherwise returns false. A cancel also cancels the unreleased
     * items.
     */
    public boolean change(UUID id, State wanted) {
        return jdbi.inTransaction(handle -> {
            boolean changed = handle.createUpdate("""
                            UPDATE batches
                            SET state = :state, updated_at = now(), note = NULL,
                                judged_after = CASE WHEN state = 'STOPPED' AND :state = 'RUNNING'
                                                    THEN (SELECT COALESCE(max(position), 0) FROM batch_items
                                                          WHERE batch_id = :id AND result IS NOT NULL)
                                                    ELSE judged_after END,
                                finished_at = CASE WHEN :state = 'CANCELLED' THEN now() END
                            WHERE id = :id AND finished_at IS NULL
                            """)
                            .bind("id", id)
                            .bind("state", wanted.name())
                            .execute()
                    == 1;
            if (changed && wanted == State.CANCELLED) {
                handle.createUpdate("""
                                UPDATE batch_items SET result = 'CANCELLED', finished_at = now()
                                WHERE batch_id = :id AND result IS NULL AND command_seq IS NULL
                                """).bind("id", id).execute();
                handle.afterCommit(() -> meters.replayBatch("cancelled"));
            }
            return changed;
        });
    }

    public Optional<Batch> find(UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT id, state, note, rate, created_at, " + LAST_CHANGE + """
                         AS updated_at, finished_at FROM batches b WHERE id = :id
                        """)
                .bind("id", id)
                .map((row, context) -> new Batch(
                        id,
                        State.valueOf(row.getString("state")),
                        row.getString("note"),
                        row.getBigDecimal("rate"),
                        row.getTimestamp("created_at").toInstant(),
                        row.getTimestamp("updated_at").toInstant(),
                        RegistrationFacts.Mapper.instant(row, "finished_at")))
                .findOne());
    }

    /** All batches being released. */
    public List<Running> running() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id, actor, reason, rate, judged_after, COALESCE(released_at, created_at) AS released_at,
                               now() AS now
                        FROM batches WHERE finished_at IS NULL AND state = 'RUNNING' ORDER BY created_at
                        """)
                .map((row, context) -> new Running(
                        row.getObject("id", UUID.class),
                        row.getString("actor"),
                        row.getString("reason"),
                        row.getBigDecimal("rate"),
                        row.getInt("judged_after"),
                        row.getTimestamp("released_at").toInstant(),
                        row.getTimestamp("now").toInstant()))
                .list());
    }

    /** Releases as many items as the rate allows now; returns whether a command was stored. */
    public boolean release(Running batch) {
        List<Item> next = jdbi.inTransaction(handle -> take(handle, batch));
        boolean released = false;
        for (Item item : next) {
            released |= jdbi.inTransaction(handle -> release(handle, batch, item));
        }
        return released;
    }

    private record Item(int position, UUID compensation, RegistrationId registration) {}

    /** Chooses the next items with the batch's row locked, so that only one instance does so at a time. */
    private List<Item> take(Handle handle, Running batch) {
        boolean mine = handle.createQuery("""
                        SELECT TRUE FROM batches
                        WHERE id = :id AND state = 'RUNNING' AND finished_at IS NULL FOR UPDATE SKIP LOCKED
                        """)
                .bind("id", batch.id())
                .mapTo(Boolean.class)
                .findOne()
                .isPresent();
        if (!mine) {
            return List.of();
        }
        List<Judged> judged = judged(handle, batch);
        String stop = reasonToStop(judged);
        if (stop != null && waiting(handle, batch.id(), 1).size() == 1) {
            end(handle, batch.id(), State.STOPPED, stop);
            return List.of();
        }
        int allowed = allowed(handle, batch, judged.isEmpty());
        List<Item> next = waiting(handle, batch.id(), allowed);
        if (allowed > 0 && next.isEmpty() && outstanding(handle, batch.id()) == 0) {
            end(handle, batch.id(), State.DONE, "all rows were tried");
        } else if (!next.isEmpty()) {
            handle.createUpdate("UPDATE batches SET released_at = now(), updated_at = now() WHERE id = :id")
                    .bind("id", batch.id())
                    .execute();
        }
        return next;
    }

    /** One until the probe has a result; then as many as the rate allows since the last release. */
    private static int allowed(Handle handle, Running batch, boolean probing) {
        if (probing) {
            return outstanding(handle, batch.id()) == 0 ? 1 : 0;
        }
        double seconds = Duration.between(batch.releasedAt(), batch.now()).toMillis() / 1_000.0;
        return (int) Math.min(MOST_AT_ONCE, Math.floor(seconds * batch.rate().doubleValue()));
    }

    private static List<Item> waiting(Handle handle, UUID batchId, int limit) {
        return handle.createQuery("""
                        SELECT position, compensation_id, registration_id FROM batch_items
                        WHERE batch_id = :id AND result IS NULL AND command_seq IS NULL ORDER BY position LIMIT :limit
                        """)
                .bind("id", batchId)
                .bind("limit", limit)
                .map((row, context) -> new Item(
                        row.getInt("position"),
                        row.getObject("compensation_id", UUID.class),
                        new RegistrationId(row.getObject("registration_id", UUID.class))))
                .list();
    }

    private static int outstanding(Handle handle, UUID batchId) {
        return handle.createQuery("""
                        SELECT count(*) FROM batch_items
                        WHERE batch_id = :id AND result IS NULL AND command_seq IS NOT NULL
                        """).bind("id", batchId).mapTo(Integer.class).one();
    }

    private record Judged(Result result, boolean unavailable) {}

    private static List<Judged> judged(Handle handle, Running batch) {
        return handle.createQuery("""
                        SELECT result, error_code SIMILAR TO '%\\_(unavailable|unknown)' AS unavailable FROM batch_items
                        WHERE batch_id = :id AND result IS NOT NULL AND result <> 'ALREADY_CLOSED' AND position > :after
                        ORDER BY finished_at DESC, position DESC LIMIT :recent
                        """)
                .bind("id", batch.id())
                .bind("after", batch.judgedAfter())
                .bind("recent", RECENT)
                .map((row, context) ->
                        new Judged(Result.valueOf(row.getString("result")), row.getBoolean("unavailable")))
                .list();
    }

    /**
     * Only an unavailable provider, or one whose outcomes stay unknown, stops a batch: a row that can never succeed
     * proves nothing about the others.
     */
    private static @Nullable String reasonToStop(List<Judged> judged) {
        long unavailable = judged.stream().filter(Judged::unavailable).count();
        if (judged.size() == 1 && unavailable == 1) {
            return "the provider of the first row, a probe, is unavailable";
        }
        return judged.size() == RECENT && unavailable * 2 > RECENT
                ? "the provider was unavailable for more than half of the last ten rows"
                : null;
    }

    private void end(Handle handle, UUID id, State state, String note) {
        handle.createUpdate("""
                        UPDATE batches SET state = :state, note = :note, updated_at = now(),
                                           finished_at = CASE WHEN :state = 'DONE' THEN now() END
                        WHERE id = :id
                        """)
                .bind("id", id)
                .bind("state", state.name())
                .bind("note", note)
                .execute();
        handle.afterCommit(() -> meters.replayBatch(state.name().toLowerCase(Locale.ROOT)));
    }

    /** A registration claimed by another batch gets no second command: both batches share its result. */
    private boolean release(Handle handle, Running batch, Item item) {
        Optional<RegistrationFacts> registration = transitions.find(handle, item.registration());
        boolean open = registration.isPresent()
                && handle.createQuery("SELECT closed_at IS NULL FROM compensations WHERE id = :id")
                        .bind("id", item.compensation())
                        .mapTo(Boolean.class)
                        .one();
        Integer seq = open
                ? inbox.add(
                        handle,
                        item.registration(),
                        Command.Kind.ATTEND,
                        "",
                        null,
                        new Sender(batch.actor(), batch.reason(), batch.id()))
                : null;
        handle.createUpdate("""
                        UPDATE batch_items
                        SET command_seq = :seq, result = :result, finished_at = CASE WHEN CAST(:seq AS int) IS NULL THEN now() END
                        WHERE batch_id = :batch AND position = :position AND result IS NULL
                        """)
                .bind("seq", seq)
                .bind("result", open ? null : Result.ALREADY_CLOSED.name())
                .bind("batch", batch.id())
                .bind("position", item.position())
                .execute();
        return open;
    }
}
