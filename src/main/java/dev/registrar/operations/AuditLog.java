package dev.registrar.operations;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.store.JsonColumns;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Writes what operators did to the append-only table {@code audit}. The stores that an operation uses have to be on the same
 * {@link Jdbi}: it gives one thread one connection, so that what they write here is one transaction. Thread-safe.
 */
public final class AuditLog {

    private final Jdbi jdbi;
    private final JsonColumns json;
    private final RegistrarMeters meters;
    private final Clock clock;

    public AuditLog(Jdbi jdbi, JsonColumns json, RegistrarMeters meters, Clock clock) {
        this.meters = meters;
        this.jdbi = jdbi;
        this.json = json;
        this.clock = clock;
    }

    /**
     * What is written.
     *
     * @param action the task's name
     * @param subject kind and id, for example {@code registration:0f8e…}
     * @param detail free of personal data
     */
    record Entry(String action, String subject, Map<String, ?> detail) {

        Entry(String action, String subject) {
            this(action, subject, Map.of());
        }
    }

    /** Makes a change and writes it down, both or neither; nothing is written where nothing was changed. */
    <T> T changing(OperatorNote note, Entry entry, Supplier<T> change, Predicate<T> changed) {
        return jdbi.inTransaction(handle -> {
            T result = change.get();
            if (changed.test(result)) {
                write(handle, note, entry);
                handle.afterCommit(() -> meters.operatorAction(entry.action()));
            }
            return result;
        });
    }

    /** Makes a change and writes it down, both or neither. */
    void changing(OperatorNote note, Entry entry, Runnable change) {
        jdbi.useTransaction(handle -> {
            change.run();
            write(handle, note, entry);
            handle.afterCommit(() -> meters.operatorAction(entry.action()));
        });
    }

    /** What was written last about this subject by this action; empty where nothing was. */
    Optional<Map<String, String>> last(String action, String subject) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id, (SELECT json_object_agg(key, value) FROM jsonb_each_text(detail)) AS detail
                        FROM audit WHERE subject = :subject AND action = :action ORDER BY id DESC LIMIT 1
                        """)
                .bind("subject", subject)
                .bind("action", action)
                .map((row, context) -> texts(json.read(row.getString("detail"), TreeMap.class)))
                .findOne());
    }

    private static Map<String, String> texts(@Nullable Map<?, ?> detail) {
        Map<String, String> texts = new TreeMap<>();
        if (detail != null) {
            detail.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
        }
        return texts;
    }

    private void write(Handle handle, OperatorNote note, Entry entry) {
        handle.createUpdate("""
                        INSERT INTO audit (at, actor, reason, action, subject, detail)
                        VALUES (:at, :actor, :reason, :action, :subject, CAST(:detail AS jsonb))
                        """)
                .bind("at", clock.instant())
                .bind("actor", note.actor())
                .bind("reason", note.reason())
                .bind("action", entry.action())
                .bind("subject", entry.subject())
                .bind("detail", json.write(entry.detail()))
                .execute();
    }
}
