package dev.registrar.store;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.NewerVersionException;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.Batches.Kind;
import dev.registrar.store.Batches.Result;
import dev.registrar.store.Batches.State;
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
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The items of running batches: turned into commands over time, first one, the probe, then the rest at the batch's rate. The run
 * that applies an item's command writes its result. Thread-safe.
 */
public final class BatchItems {

    private static final Logger LOG = LoggerFactory.getLogger(BatchItems.class);

    /** The error code of an item whose stored data cannot be read. */
    private static final String UNREADABLE = "unreadable";

    /** The number of recent results that decide whether providers are unavailable. */
    private static final int RECENT = 10;

    private static final int MOST_AT_ONCE = 500;

    private final Jdbi jdbi;
    private final CommandInbox inbox;
    private final RegistrationTransitions transitions;
    private final RegistrarMeters meters;

    public BatchItems(Jdbi jdbi, CommandInbox inbox, RegistrationTransitions transitions, RegistrarMeters meters) {
        this.jdbi = jdbi;
        this.inbox = inbox;
        this.transitions = transitions;
        this.meters = meters;
    }

    /** A batch whose commands are being released. */
    public record Running(
            UUID id,
            Kind kind,
            String actor,
            String reason,
            BigDecimal rate,
            int judgedAfter,
            Instant releasedAt,
            Instant now) {}

    /** Stores the commands of batches that resend messages. */
    @FunctionalInterface
    public interface Resender {

        /** For callers that release no such batch. */
        Resender NONE = (handle, id, channels, sender) -> {
            throw new IllegalStateException("this batch resends nothing");
        };

        /**
         * Stores a command in the caller's transaction, which has locked the registration.
         *
         * @return its number in the inbox; empty if nothing is left to send
         */
        Optional<Integer> resend(Handle handle, RegistrationId id, List<Step> channels, Sender sender);
    }

    /** All batches being released. */
    public List<Running> running() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id, kind, actor, reason, rate, judged_after, COALESCE(released_at, created_at) AS released_at,
                               now() AS now
                        FROM batches WHERE finished_at IS NULL AND state = 'RUNNING' ORDER BY created_at
                        """)
                .map((row, context) -> new Running(
                        row.getObject("id", UUID.class),
                        Kind.of(row.getString("kind")),
                        row.getString("actor"),
                        row.getString("reason"),
                        row.getBigDecimal("rate"),
                        row.getInt("judged_after"),
                        row.getTimestamp("released_at").toInstant(),
                        row.getTimestamp("now").toInstant()))
                .list());
    }

    /**
     * Releases as many items as the rate allows now; returns whether a command was stored. An item that cannot be read is
     * closed as still failing; one with data of a newer version waits for an instance of that version.
     */
    public boolean release(Running batch, Resender resender) {
        List<Item> next = jdbi.inTransaction(handle -> take(handle, batch));
        boolean released = false;
        for (Item item : next) {
            try {
                released |= jdbi.inTransaction(handle -> release(handle, batch, item, resender));
            } catch (JdbiException e) {
                throw e;
            } catch (NewerVersionException e) {
                LOG.warn(
                        "batch {}: registration {} is left to a newer instance: {}",
                        batch.id(),
                        item.registration(),
                        e.getMessage());
            } catch (RuntimeException e) {
                LOG.warn(
                        "batch {}: the data of registration {} cannot be read: {}",
                        batch.id(),
                        item.registration(),
                        e.getClass().getName());
                jdbi.useTransaction(handle -> {
                    write(handle, batch, item, null, Result.STILL_FAILING, UNREADABLE);
                    handle.afterCommit(() -> meters.replayItem("still_failing"));
                });
            }
        }
        return released;
    }

    /** @param compensation the row to try; absent if messages are resent */
    private record Item(int position, @Nullable UUID compensation, RegistrationId registration, List<Step> channels) {}

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
                        SELECT position, compensation_id, registration_id, channels FROM batch_items
                        WHERE batch_id = :id AND result IS NULL AND command_seq IS NULL ORDER BY position LIMIT :limit
                        """)
                .bind("id", batchId)
                .bind("limit", limit)
                .map((row, context) -> new Item(
                        row.getInt("position"),
                        row.getObject("compensation_id", UUID.class),
                        new RegistrationId(row.getObject("registration_id", UUID.class)),
                        Batches.channels(row)))
                .list();
    }

    private static int outstanding(Handle handle, UUID batchId) {
        return handle.createQuery("""
                        SELECT count(*) FROM batch_items
                        WHERE batch_id = :id AND result IS NULL AND command_seq IS NOT NULL
                        """).bind("id", batchId).mapTo(Integer.class).one();
    }

    /** A result that shows how the provider is: an item that was not tried shows nothing. */
    private record Judged(Result result, boolean unavailable) {}

    private static List<Judged> judged(Handle handle, Running batch) {
        return handle.createQuery("""
                        SELECT result, error_code SIMILAR TO '%\\_(unavailable|unknown)' AS unavailable FROM batch_items
                        WHERE batch_id = :id AND result IS NOT NULL AND result <> 'ALREADY_CLOSED' AND position > :after
                          AND error_code IS DISTINCT FROM :unreadable
                        ORDER BY finished_at DESC, position DESC LIMIT :recent
                        """)
                .bind("id", batch.id())
                .bind("after", batch.judgedAfter())
                .bind("recent", RECENT)
                .bind("unreadable", UNREADABLE)
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
    private boolean release(Handle handle, Running batch, Item item, Resender resender) {
        Sender sender = new Sender(batch.actor(), batch.reason(), batch.id());
        Optional<Integer> seq = transitions.find(handle, item.registration()).isEmpty()
                ? Optional.empty()
                : batch.kind() == Kind.RESEND
                        ? resender.resend(handle, item.registration(), item.channels(), sender)
                        : attend(handle, item, sender);
        write(handle, batch, item, seq.orElse(null), seq.isPresent() ? null : Result.ALREADY_CLOSED, null);
        return seq.isPresent();
    }

    /** Writes the item's command, or its result if it has none. */
    private static void write(
            Handle handle,
            Running batch,
            Item item,
            @Nullable Integer seq,
            @Nullable Result result,
            @Nullable String errorCode) {
        handle.createUpdate("""
                        UPDATE batch_items
                        SET command_seq = :seq, result = :result, error_code = :code,
                            finished_at = CASE WHEN CAST(:seq AS int) IS NULL THEN now() END
                        WHERE batch_id = :batch AND position = :position AND result IS NULL
                        """)
                .bind("seq", seq)
                .bind("result", result == null ? null : result.name())
                .bind("code", errorCode)
                .bind("batch", batch.id())
                .bind("position", item.position())
                .execute();
    }

    /** Empty if the row is closed. */
    private Optional<Integer> attend(Handle handle, Item item, Sender sender) {
        boolean open = handle.createQuery("SELECT closed_at IS NULL FROM compensations WHERE id = :id")
                .bind("id", item.compensation())
                .mapTo(Boolean.class)
                .one();
        return open
                ? Optional.of(inbox.add(handle, item.registration(), Command.Kind.ATTEND, "", null, sender))
                : Optional.empty();
    }
}
