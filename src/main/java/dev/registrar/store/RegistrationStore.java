package dev.registrar.store;

import dev.registrar.model.DataCodec;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.SealedData;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Acceptance and reading of registrations. Every method is one statement; an unavailable database is reported by a
 * {@link org.jdbi.v3.core.JdbiException}. Thread-safe.
 */
public final class RegistrationStore {

    private static final String COLUMNS = """
            id, caller, idempotency_key, body_hash, user_id, amount, currency, status, steps, steps_as_of, errors,
            waiting_on, compensating_at, intended_end, run, command_seq, attend_at, created_at, updated_at, finished_at
            """;

    private static final String NEWEST_FIRST = " ORDER BY created_at DESC, id DESC LIMIT :limit";

    private static final String STEP_ERROR = """
            errors <> '[]' AND errors @> jsonb_build_array(jsonb_build_object('code', CAST(:errorCode AS text)))
            """;

    /** How many of the newest registrations with an error are searched before all that have the code are. */
    private static final int NEWEST_ERRORS = 1_000;

    private final Jdbi jdbi;
    private final DataCodec codec;
    private final RegistrationMapper mapper;
    private final RegistrationTransitions transitions;

    public RegistrationStore(Jdbi jdbi, DataCodec codec, JsonColumns json, RegistrationTransitions transitions) {
        this.transitions = transitions;
        this.jdbi = jdbi;
        this.codec = codec;
        this.mapper = new RegistrationMapper(json);
    }

    /**
     * Accepts a registration; returns the user's earlier ones that have money open, or empty if the user has a live or
     * completed registration or the caller's key is taken.
     */
    public Optional<List<RegistrationId>> accept(NewRegistration fresh) {
        SealedData sealed = codec.seal(fresh.request(), place(fresh.id()));
        return jdbi.withHandle(handle -> transitions.accept(handle, fresh, sealed));
    }

    /** Records a failed start: the dispatcher starts the workflow. No effect once the workflow has written. */
    public void notStarted(RegistrationId id, Instant at) {
        jdbi.useHandle(handle -> transitions.notStarted(handle, id, at));
    }

    public Optional<Registration> find(RegistrationId id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + COLUMNS + " FROM registrations WHERE id = :id")
                .bind("id", id.value())
                .map(mapper)
                .findOne());
    }

    /** The registration to which the caller's key belongs. */
    public Optional<Registration> findByKey(String caller, String idempotencyKey) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + COLUMNS + """
                         FROM registrations WHERE caller = :caller AND idempotency_key = :key
                        """)
                .bind("caller", caller)
                .bind("key", idempotencyKey)
                .map(mapper)
                .findOne());
    }

    /** The user's live or completed registration: at most one. */
    public Optional<Registration> findLive(String userId) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + COLUMNS + """
                         FROM registrations WHERE user_id = :userId AND status NOT IN ('FAILED', 'CANCELLED')
                        """)
                .bind("userId", userId)
                .map(mapper)
                .findOne());
    }

    /** Newest first. */
    public List<Registration> list(RegistrationFilter filter) {
        List<String> conditions = new ArrayList<>(List.of("TRUE"));
        addIf(conditions, filter.caller(), "caller = :caller");
        RegistrationStatus status = filter.status();
        if (status != null) {
            // As a literal, so that the planner recognises the partial index.
            conditions.add("status = '" + status.name() + "'");
        }
        addIf(conditions, filter.userId(), "user_id = :userId");
        addIf(conditions, filter.createdAfter(), "created_at > :createdAfter");
        addIf(conditions, filter.createdBefore(), "created_at < :createdBefore");
        addIf(conditions, filter.after(), "(created_at, id) < (:afterAt, :afterId)");
        String all = String.join(" AND ", conditions);
        return jdbi.withHandle(handle -> {
            if (filter.errorCode() == null) {
                return bound(
                                handle.createQuery(
                                        "SELECT " + COLUMNS + " FROM registrations WHERE " + all + NEWEST_FIRST),
                                filter)
                        .map(mapper)
                        .list();
            }
            Set<UUID> ids = new HashSet<>(withStepError(handle, filter, all));
            ids.addAll(withUndoError(handle, filter, all));
            return handle.createQuery("SELECT " + COLUMNS + " FROM registrations WHERE id = ANY(:ids)" + NEWEST_FIRST)
                    .bindArray("ids", UUID.class, ids)
                    .bind("limit", filter.limit())
                    .map(mapper)
                    .list();
        });
    }

    /**
     * A frequent code is soon found among the newest errors; a rare one by the index of codes, which cannot be read in the order of
     * time. Which of them it is, the planner does not know.
     */
    private static List<UUID> withStepError(Handle handle, RegistrationFilter filter, String conditions) {
        RegistrationStatus status = filter.status();
        boolean byStatus = status != null && status != RegistrationStatus.COMPLETED;
        List<UUID> newest = bound(handle.createQuery("""
                                SELECT id FROM (SELECT id, created_at, errors FROM registrations
                                                WHERE <candidates>
                                                ORDER BY created_at DESC, id DESC LIMIT <most>) AS newest
                                WHERE <error>
                                """ + NEWEST_FIRST), filter)
                // Most of those with another status have an error, which the planner does not know either.
                .define("candidates", byStatus ? conditions : conditions + " AND errors <> '[]'")
                .define("most", NEWEST_ERRORS)
                .define("error", STEP_ERROR)
                .mapTo(UUID.class)
                .list();
        return newest.size() == filter.limit()
                ? newest
                : bound(handle.createQuery("""
                                        WITH found AS MATERIALIZED (
                                            SELECT id, created_at FROM registrations WHERE <conditions> AND <error>)
                                        SELECT id FROM found
                                        """ + NEWEST_FIRST), filter)
                        .define("conditions", conditions)
                        .define("error", STEP_ERROR)
                        .mapTo(UUID.class)
                        .list();
    }

    /** The ledger has the time of acceptance too: newest first is the order of its index. */
    private static List<UUID> withUndoError(Handle handle, RegistrationFilter filter, String conditions) {
        List<String> times = new ArrayList<>(List.of("closed_at IS NULL", "last_error_code = :errorCode"));
        addIf(times, filter.createdAfter(), "registered_at > :createdAfter");
        addIf(times, filter.createdBefore(), "registered_at < :createdBefore");
        addIf(times, filter.after(), "(registered_at, registration_id) < (:afterAt, :afterId)");
        return bound(handle.createQuery("""
                                SELECT r.id FROM (SELECT DISTINCT registered_at, registration_id FROM compensations
                                                  WHERE <times>
                                                  ORDER BY registered_at DESC, registration_id DESC) c
                                     JOIN registrations r ON r.id = c.registration_id
                                WHERE <conditions>
                                ORDER BY c.registered_at DESC, c.registration_id DESC LIMIT :limit
                                """), filter)
                .define("conditions", conditions)
                .define("times", String.join(" AND ", times))
                .mapTo(UUID.class)
                .list();
    }

    private static Query bound(Query query, RegistrationFilter filter) {
        query.bind("caller", filter.caller())
                .bind("userId", filter.userId())
                .bind("errorCode", filter.errorCode())
                .bind("createdAfter", filter.createdAfter())
                .bind("createdBefore", filter.createdBefore())
                .bind("limit", filter.limit());
        RegistrationFilter.Position after = filter.after();
        return after == null
                ? query
                : query.bind("afterAt", after.createdAt())
                        .bind("afterId", after.id().value());
    }

    /** The registrations with this reference of a provider, in a step or in open undo work; newest first, at most 20. */
    public List<Registration> findByReference(String reference) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + COLUMNS + """
                         FROM registrations
                        WHERE id IN (SELECT r.id FROM registrations r
                                     WHERE jsonb_path_query_array(r.steps, '$[*].reference')
                                           @> jsonb_build_array(CAST(:reference AS text))
                                     UNION
                                     SELECT c.registration_id FROM compensations c
                                     WHERE c.closed_at IS NULL AND c.reference = :reference)
                        ORDER BY created_at DESC, id DESC LIMIT 20
                        """)
                .bind("reference", reference)
                .map(mapper)
                .list());
    }

    /** The user's other registrations that have money open: nearly always none. */
    public List<RegistrationId> earlierWithMoneyOpen(RegistrationId id, String userId) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT id FROM registrations WHERE user_id = :user AND money_open AND id <> :id")
                .bind("user", userId)
                .bind("id", id.value())
                .map((row, context) -> new RegistrationId(row.getObject("id", UUID.class)))
                .list());
    }

    /** The providers that act for the registration. */
    public ProviderNames providers(RegistrationId id) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT provider FROM registrations WHERE id = :id AND provider IS NOT NULL")
                .bind("id", id.value())
                .mapTo(String.class)
                .findOne()
                .map(ProviderNames::read)
                .orElse(ProviderNames.UNKNOWN));
    }

    /** The request as it was accepted; empty if the row was deleted or its request erased. */
    public Optional<RequestData> request(RegistrationId id) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT codec, request FROM registrations WHERE id = :id AND request IS NOT NULL")
                .bind("id", id.value())
                .map((row, context) -> sealed(row))
                .findOne()
                .map(data -> codec.open(data, RequestData.class, place(id))));
    }

    /** The place to which this registration's request is bound when it is sealed. */
    static String place(RegistrationId id) {
        return "registration:" + id;
    }

    private static SealedData sealed(ResultSet row) throws SQLException {
        return new SealedData(row.getShort("codec"), row.getBytes("request"));
    }

    private static void addIf(List<String> conditions, @Nullable Object value, String condition) {
        if (value != null) {
            conditions.add(condition);
        }
    }

    static List<RegistrationId> ids(@Nullable Array column) throws SQLException {
        return column == null
                ? List.of()
                : Arrays.stream((UUID[]) column.getArray())
                        .map(RegistrationId::new)
                        .toList();
    }
}
