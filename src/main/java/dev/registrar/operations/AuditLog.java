package dev.registrar.operations;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.TextRules;
import dev.registrar.store.IndexScans;
import dev.registrar.store.JsonColumns;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.AllowUnusedBindings;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Records operators' changes in the append-only table {@code audit}, and reads them. The stores that an operation uses must share its {@link
 * Jdbi}, which gives a thread one connection: the change and its entry are one transaction. Thread-safe.
 */
public final class AuditLog {

    /** The kinds of subjects. */
    private static final List<String> KINDS =
            List.of("registration", "compensation", "batch", "user", "breaker", "worker", "window");

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

    /**
     * Selects entries. Absent components do not restrict.
     *
     * @param actor a part of the actor's name, case-insensitive
     * @param subject with its kind ({@code registration:0f8e…}), or the id alone
     * @param limit maximum number of entries, 1 to {@value UndoQuery#MAX_LIMIT}
     */
    public record AuditQuery(
            @Nullable String actor,
            @Nullable String action,
            @Nullable String subject,
            @Nullable Instant after,
            @Nullable Instant before,
            int limit) {

        private List<String> subjects() {
            return subject == null || subject.contains(":")
                    ? List.of(String.valueOf(subject))
                    : KINDS.stream().map(kind -> kind + ":" + subject).toList();
        }

        private String matching() {
            List<String> conditions = new ArrayList<>(List.of("TRUE"));
            addIf(conditions, actor, "actor = ANY(:actors)");
            addIf(conditions, action, "action = :action");
            addIf(conditions, subject, "subject = ANY(:subjects)");
            addIf(conditions, after, "at > :after");
            addIf(conditions, before, "at < :before");
            return String.join(" AND ", conditions);
        }

        private static void addIf(List<String> conditions, @Nullable Object value, String condition) {
            if (value != null) {
                conditions.add(condition);
            }
        }

        private void require() {
            UndoQuery.requireLimit(limit);
            requirePlain("actor", actor);
            requirePlain("action", action);
            requirePlain("subject", subject);
        }

        private static void requirePlain(String name, @Nullable String text) {
            if (text != null && TextRules.hasControl(text)) {
                throw OperationRefusedException.invalid(name + ": no control characters.");
            }
        }
    }

    /** An entry as it was recorded. */
    public record AuditEntry(
            long id, Instant at, String actor, String action, String subject, String reason, Map<?, ?> detail) {}

    /**
     * @param items newest first
     * @param total number of matching entries, regardless of the limit
     */
    public record AuditListing(List<AuditEntry> items, int total) {}

    /** Reads the matching entries. */
    public AuditListing read(AuditQuery query) {
        query.require();
        return IndexScans.only(jdbi, handle -> read(handle.attach(Dao.class), query));
    }

    private AuditListing read(Dao reading, AuditQuery query) {
        String part = query.actor();
        List<String> actors = part == null ? List.of() : reading.actors(part);
        List<String> subjects = query.subjects();
        List<AuditEntry> items = reading.select(query.matching(), query, actors, subjects).stream()
                .map(row -> new AuditEntry(
                        row.id(),
                        row.at(),
                        row.actor(),
                        row.action(),
                        row.subject(),
                        row.reason(),
                        Objects.requireNonNullElse(json.read(row.detail(), TreeMap.class), Map.of())))
                .toList();
        return new AuditListing(
                items,
                items.size() < query.limit() ? items.size() : reading.count(query.matching(), query, actors, subjects));
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

    @RegisterConstructorMapper(Dao.Row.class)
    interface Dao {

        record Row(
                long id,
                Instant at,
                String actor,
                String action,
                String subject,
                String reason,
                @Nullable String detail) {}

        /** Those with this part: walks the index from name to name. */
        @SqlQuery("""
                WITH RECURSIVE actors AS (
                    (SELECT actor FROM audit ORDER BY actor DESC LIMIT 1)
                    UNION ALL
                    SELECT (SELECT next.actor FROM audit next WHERE next.actor < actors.actor ORDER BY next.actor DESC LIMIT 1)
                    FROM actors WHERE actors.actor IS NOT NULL)
                SELECT actor FROM actors WHERE strpos(lower(actor), lower(:part)) > 0
                """)
        List<String> actors(String part);

        @SqlQuery("""
                SELECT id, at, actor, action, subject, reason, CAST(detail AS text) AS detail
                FROM audit WHERE <matching> ORDER BY at DESC, id DESC LIMIT :limit
                """)
        List<Row> select(
                @Define String matching, @BindMethods AuditQuery query, List<String> actors, List<String> subjects);

        @SqlQuery("SELECT count(*) FROM audit WHERE <matching>")
        @AllowUnusedBindings
        int count(@Define String matching, @BindMethods AuditQuery query, List<String> actors, List<String> subjects);

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
