package dev.registrar.store;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.CommandInbox.Sender;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
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
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * Batches of commands: a selection of undo rows to try, or of registrations whose messages are resent, fixed when it is
 * requested. {@link BatchItems} releases it over time. Thread-safe.
 */
public final class Batches {

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
    private final RegistrarMeters meters;

    public Batches(Jdbi jdbi, RegistrarMeters meters) {
        this.jdbi = jdbi;
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

    /** The channels of an item that resends messages. */
    static List<Step> channels(ResultSet row) throws SQLException {
        String channels = row.getString("channels");
        return channels == null
                ? List.of()
                : Stream.of(channels.split(",", -1)).map(Step::of).toList();
    }
}
