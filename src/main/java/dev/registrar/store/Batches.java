package dev.registrar.store;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.CommandInbox.Sender;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Batches of commands: a selection of undo rows to try, or of registrations whose messages are resent, fixed when it is
 * requested and released over time. The run that applies an item's command writes its result. Thread-safe.
 */
public final class Batches {

    private static final Logger LOG = LoggerFactory.getLogger(Batches.class);

    /** The error code of an item whose stored data cannot be read. */
    private static final String UNREADABLE = "unreadable";

    /** The number of recent results that decide whether providers are unavailable. */
    private static final int RECENT = 10;

    private static final int MOST_AT_ONCE = 500;

    /** When batch b last made progress: a release, a result or a change of state. */
    public static final String LAST_CHANGE = """
            GREATEST(b.updated_at, (SELECT max(i.finished_at) FROM batch_items i WHERE i.batch_id = b.id))
            """;

    private static final String SELECT =
            "SELECT b.id, b.kind, b.state, b.note, b.rate, b.actor, b.reason, b.created_at, " + LAST_CHANGE + """
             AS updated_at, b.finished_at, count(i.position) AS total,
                   count(*) FILTER (WHERE i.result = 'VERIFIED') AS verified,
                   count(*) FILTER (WHERE i.result = 'STILL_FAILING') AS still_failing,
                   count(*) FILTER (WHERE i.result = 'UNKNOWN') AS unknown,
                   count(*) FILTER (WHERE i.result = 'ALREADY_CLOSED') AS already_closed,
                   count(*) FILTER (WHERE i.result = 'CANCELLED') AS cancelled
            FROM batches b LEFT JOIN batch_items i ON i.batch_id = b.id
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

    /** What the commands of a batch do. */
    public enum Kind {
        /** Try rows of undo work. */
        REPLAY,
        /** Resend messages. */
        RESEND;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
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
     * @param total number of items
     * @param results items by result; those without one are left out
     */
    public record Batch(
            UUID id,
            Kind kind,
            State state,
            @Nullable String note,
            BigDecimal rate,
            int total,
            Map<Result, Integer> results,
            String actor,
            String reason,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant finishedAt) {}

    /** An item of a selection: a row of undo work. */
    public record Selected(UUID compensation, RegistrationId registration) {}

    /** An item of a selection: messages to resend, in the order of sending. */
    public record SelectedMessages(RegistrationId registration, List<Step> channels) {}

    /** An item of a batch that resends messages. */
    public record MessageItem(
            int position,
            RegistrationId registration,
            List<Step> channels,
            @Nullable Integer commandSeq,
            @Nullable Result result,
            @Nullable String errorCode) {}

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

    /** Stores a batch of rows to try, whose release begins. */
    public void create(UUID id, Sender sender, BigDecimal rate, List<Selected> selection) {
        create(id, Kind.REPLAY, sender, rate, items -> {
            for (int i = 0; i < selection.size(); i++) {
                Selected row = selection.get(i);
                items.bind("batch", id)
                        .bind("position", i + 1)
                        .bind("row", row.compensation())
                        .bind("registration", row.registration().value())
                        .bind("channels", (String) null)
                        .add();
            }
        });
    }

    /** Stores a batch of messages to resend, whose release begins. */
    public void createResend(UUID id, Sender sender, BigDecimal rate, List<SelectedMessages> selection) {
        create(id, Kind.RESEND, sender, rate, items -> {
            for (int i = 0; i < selection.size(); i++) {
                SelectedMessages messages = selection.get(i);
                items.bind("batch", id)
                        .bind("position", i + 1)
                        .bind("row", (UUID) null)
                        .bind("registration", messages.registration().value())
                        .bind(
                                "channels",
                                messages.channels().stream().map(Step::code).collect(Collectors.joining(",")))
                        .add();
            }
        });
    }

    private void create(UUID id, Kind kind, Sender sender, BigDecimal rate, Consumer<PreparedBatch> selection) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate("""
                            INSERT INTO batches (id, kind, actor, reason, rate, state, created_at, updated_at)
                            VALUES (:id, :kind, :actor, :reason, :rate, 'RUNNING', now(), now())
                            """)
                    .bind("id", id)
                    .bind("kind", kind.code())
                    .bind("actor", sender.actor())
                    .bind("reason", sender.reason())
                    .bind("rate", rate)
                    .execute();
            PreparedBatch items = handle.prepareBatch("""
                    INSERT INTO batch_items (batch_id, position, compensation_id, registration_id, channels)
                    VALUES (:batch, :position, CAST(:row AS uuid), :registration, :channels)
                    """);
            selection.accept(items);
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
        return jdbi.withHandle(handle -> handle.createQuery(SELECT + " WHERE b.id = :id GROUP BY b.id")
                .bind("id", id)
                .map((row, context) -> batch(row))
                .findOne());
    }

    /** The newest batches, newest first. */
    public List<Batch> newest(int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(SELECT + """
                         WHERE b.id IN (SELECT id FROM batches ORDER BY created_at DESC, id LIMIT :limit)
                        GROUP BY b.id ORDER BY b.created_at DESC, b.id
                        """)
                .bind("limit", limit)
                .map((row, context) -> batch(row))
                .list());
    }

    /** How many batches there are. */
    public int count() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT count(*) FROM batches")
                .mapTo(Integer.class)
                .one());
    }

    /** The items of a batch that resends messages, in order. */
    public List<MessageItem> messages(UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT position, registration_id, channels, command_seq, result, error_code FROM batch_items
                        WHERE batch_id = :id ORDER BY position
                        """)
                .bind("id", id)
                .map((row, context) -> {
                    String result = row.getString("result");
                    return new MessageItem(
                            row.getInt("position"),
                            new RegistrationId(row.getObject("registration_id", UUID.class)),
                            channels(row),
                            row.getObject("command_seq", Integer.class),
                            result == null ? null : Result.valueOf(result),
                            row.getString("error_code"));
                })
                .list());
    }

    private static Batch batch(ResultSet row) throws SQLException {
        Map<Result, Integer> results = new EnumMap<>(Result.class);
        for (Result result : Result.values()) {
            results.put(result, row.getInt(result.name().toLowerCase(Locale.ROOT)));
        }
        return new Batch(
                row.getObject("id", UUID.class),
                Kind.of(row.getString("kind")),
                State.valueOf(row.getString("state")),
                row.getString("note"),
                row.getBigDecimal("rate"),
                row.getInt("total"),
                results,
                row.getString("actor"),
                row.getString("reason"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant(),
                RegistrationFacts.Mapper.instant(row, "finished_at"));
    }

    private static List<Step> channels(ResultSet row) throws SQLException {
        String channels = row.getString("channels");
        return channels == null
                ? List.of()
                : Stream.of(channels.split(",", -1)).map(Step::of).toList();
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
     * closed as still failing.
     */
    public boolean release(Running batch, Resender resender) {
        List<Item> next = jdbi.inTransaction(handle -> take(handle, batch));
        boolean released = false;
        for (Item item : next) {
            try {
                released |= jdbi.inTransaction(handle -> release(handle, batch, item, resender));
            } catch (JdbiException e) {
                throw e;
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
                        channels(row)))
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
