package dev.registrar.operations;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.store.JsonColumns;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Records operators' changes in the append-only table {@code audit}. The stores that an operation uses must share its {@link
 * Jdbi}, which gives a thread one connection: the change and its entry are one transaction. Thread-safe.
 */
public final class AuditLog {

    private final Jdbi jdbi;
    private final Dao dao;
    private final JsonColumns json;
    private final RegistrarMeters meters;
    private final Clock clock;

    public AuditLog(Jdbi jdbi, JsonColumns json, RegistrarMeters meters, Clock clock) {
        this.meters = meters;
        this.jdbi = jdbi;
        this.dao = jdbi.onDemand(Dao.class);
        this.json = json;
        this.clock = clock;
    }

    /**
     * One entry.
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

    /** Makes a change and records it in one transaction; records nothing if nothing changed. */
    <T> T changing(OperatorNote note, Entry entry, Supplier<T> change, Predicate<T> changed) {
        return jdbi.inTransaction(handle -> {
            T result = change.get();
            if (changed.test(result)) {
                write(handle, note, entry);
            }
            return result;
        });
    }

    /** Makes a change and records it in one transaction. */
    void changing(OperatorNote note, Entry entry, Runnable change) {
        jdbi.useTransaction(handle -> {
            change.run();
            write(handle, note, entry);
        });
    }

    /** The detail that this action recorded last about this subject. */
    Optional<Map<String, String>> last(String action, String subject) {
        return dao.last(action, subject).map(detail -> texts(json.read(detail, TreeMap.class)));
    }

    private static Map<String, String> texts(@Nullable Map<?, ?> detail) {
        Map<String, String> texts = new TreeMap<>();
        if (detail != null) {
            detail.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
        }
        return texts;
    }

    private void write(Handle handle, OperatorNote note, Entry entry) {
        dao.insert(clock.instant(), note, entry.action(), entry.subject(), json.write(entry.detail()));
        handle.afterCommit(() -> meters.operatorAction(entry.action()));
    }

    interface Dao {

        @SqlUpdate("""
                INSERT INTO audit (at, actor, reason, action, subject, detail)
                VALUES (:at, :actor, :reason, :action, :subject, CAST(:detail AS jsonb))
                """)
        void insert(Instant at, @BindMethods OperatorNote note, String action, String subject, @Nullable String detail);

        @SqlQuery("""
                SELECT coalesce((SELECT json_object_agg(key, value) FROM jsonb_each_text(detail)), '{}')
                FROM audit WHERE subject = :subject AND action = :action ORDER BY id DESC LIMIT 1
                """)
        Optional<String> last(String action, String subject);
    }
}
