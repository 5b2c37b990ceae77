package dev.registrar.store;

import dev.registrar.model.DataCodec;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.SealedData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The table of commands. A command is added with its registration's row locked, together with its number and the
 * registration's due time: no wake-up is lost. Payloads are sealed. Thread-safe.
 */
public final class CommandInbox {

    private static final String COLUMNS =
            "registration_id, seq, kind, target, actor IS NOT NULL AS by_operator, version, created_at, applied_at, CAST(result AS text) AS result, error_code";

    private final Jdbi jdbi;
    private final DataCodec codec;
    private final RegistrationTransitions transitions;

    public CommandInbox(Jdbi jdbi, DataCodec codec, RegistrationTransitions transitions) {
        this.jdbi = jdbi;
        this.codec = codec;
        this.transitions = transitions;
    }

    /**
     * Who requests, and why.
     *
     * @param batch the batch that the command belongs to
     */
    public record Sender(
            @Nullable String actor,
            @Nullable String reason,
            @Nullable UUID batch) {

        /** The service itself. */
        public static final Sender SERVICE = new Sender(null, null, null);
    }

    /**
     * Adds a command, or finds the same one that is not yet applied: one of the service becomes the operator's who adds it
     * again. The registration's row must be locked by the caller's transaction.
     *
     * @return its number in the inbox
     */
    public int add(
            Handle handle,
            RegistrationId id,
            Command.Kind kind,
            String target,
            @Nullable Object payload,
            Sender sender) {
        Optional<Integer> waiting = handle.createQuery("""
                        SELECT seq FROM commands
                        WHERE registration_id = :id AND kind = :kind AND target = :target AND applied_at IS NULL
                        """)
                .bind("id", id.value())
                .bind("kind", kind.code())
                .bind("target", target)
                .mapTo(Integer.class)
                .findOne();
        if (waiting.isPresent()) {
            if (sender.actor() != null) {
                adopt(handle, id, waiting.get(), sender);
            }
            return waiting.get();
        }
        int seq = transitions.countCommand(handle, id.value());
        SealedData box = payload == null ? null : codec.seal(payload, place(id, seq));
        handle.createUpdate("""
                        INSERT INTO commands (registration_id, seq, kind, target, version, codec, payload, actor, reason, batch_id,
                                              created_at)
                        VALUES (:id, :seq, :kind, :target, :version, :codec, :payload, :actor, :reason, CAST(:batch AS uuid), now())
                        """)
                .bind("id", id.value())
                .bind("seq", seq)
                .bind("kind", kind.code())
                .bind("target", target)
                .bind("version", kind.since())
                .bind("codec", box == null ? null : box.codec())
                .bind("payload", box == null ? null : box.bytes())
                .bind("actor", sender.actor())
                .bind("reason", sender.reason())
                .bind("batch", sender.batch())
                .execute();
        return seq;
    }

    private static void adopt(Handle handle, RegistrationId id, int seq, Sender sender) {
        handle.createUpdate("""
                        UPDATE commands SET actor = :actor, reason = :reason, batch_id = CAST(:batch AS uuid)
                        WHERE registration_id = :id AND seq = :seq AND actor IS NULL
                        """)
                .bind("id", id.value())
                .bind("seq", seq)
                .bind("actor", sender.actor())
                .bind("reason", sender.reason())
                .bind("batch", sender.batch())
                .execute();
    }

    /** The commands that no run has applied, in order. */
    public List<Command> pending(Handle handle, RegistrationId id) {
        return handle.createQuery("SELECT " + COLUMNS + """
                         FROM commands WHERE registration_id = :id AND applied_at IS NULL ORDER BY seq
                        """)
                .bind("id", id.value())
                .map((row, context) -> map(row))
                .list();
    }

    public Optional<Command> find(RegistrationId id, int seq) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT " + COLUMNS + " FROM commands WHERE registration_id = :id AND seq = :seq")
                .bind("id", id.value())
                .bind("seq", seq)
                .map((row, context) -> map(row))
                .findOne());
    }

    /** All commands of a kind that this version can read, in order. */
    public List<Command> of(Handle handle, RegistrationId id, Command.Kind kind) {
        return handle.createQuery("SELECT " + COLUMNS + """
                         FROM commands WHERE registration_id = :id AND kind = :kind AND version <= :version ORDER BY seq
                        """)
                .bind("id", id.value())
                .bind("kind", kind.code())
                .bind("version", Command.VERSION)
                .map((row, context) -> map(row))
                .list();
    }

    /** The payload of a command; empty if it has none or its data was erased. */
    public <T> Optional<T> payload(Handle handle, RegistrationId id, int seq, Class<T> type) {
        return handle.createQuery("""
                        SELECT codec, payload FROM commands
                        WHERE registration_id = :id AND seq = :seq AND payload IS NOT NULL
                        """)
                .bind("id", id.value())
                .bind("seq", seq)
                .map((row, context) -> new SealedData(row.getShort("codec"), row.getBytes("payload")))
                .findOne()
                .map(box -> codec.open(box, type, place(id, seq)));
    }

    /** Stores the result of a command; returns false if it was applied before. */
    public boolean applied(
            Handle handle, RegistrationId id, int seq, @Nullable String result, @Nullable String errorCode) {
        return handle.createUpdate("""
                        UPDATE commands SET applied_at = now(), result = CAST(:result AS jsonb), error_code = :code
                        WHERE registration_id = :id AND seq = :seq AND applied_at IS NULL
                        """)
                        .bind("id", id.value())
                        .bind("seq", seq)
                        .bind("result", result)
                        .bind("code", errorCode)
                        .execute()
                == 1;
    }

    private static String place(RegistrationId id, int seq) {
        return "command:" + id + ":" + seq;
    }

    private static Command map(ResultSet row) throws SQLException {
        Instant applied = RegistrationFacts.Mapper.instant(row, "applied_at");
        return new Command(
                new RegistrationId(row.getObject("registration_id", UUID.class)),
                row.getInt("seq"),
                Command.Kind.of(row.getString("kind")),
                row.getString("target"),
                row.getBoolean("by_operator"),
                row.getInt("version"),
                row.getTimestamp("created_at").toInstant(),
                applied,
                row.getString("result"),
                row.getString("error_code"));
    }
}
