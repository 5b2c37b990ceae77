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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
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

    private static final String UNDO_ERROR = """
            id IN (SELECT c.registration_id FROM compensations c WHERE c.closed_at IS NULL AND c.last_error_code = :errorCode)
            """;

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
            // As a literal, and with finished_at, so that the planner recognises the partial indexes.
            conditions.add("status = '" + status.name() + "'" + (status.ended() ? "" : " AND finished_at IS NULL"));
        }
        addIf(conditions, filter.userId(), "user_id = :userId");
        addIf(conditions, filter.createdAfter(), "created_at > :createdAfter");
        addIf(conditions, filter.createdBefore(), "created_at < :createdBefore");
        addIf(conditions, filter.after(), "(created_at, id) < (:afterAt, :afterId)");
        String all = String.join(" AND ", conditions);
        return jdbi.withHandle(handle -> {
            var query = handle.createQuery("SELECT " + COLUMNS + " FROM registrations WHERE "
                            + (filter.errorCode() == null ? all : withError(all)) + NEWEST_FIRST)
                    .bind("caller", filter.caller())
                    .bind("userId", filter.userId())
                    .bind("errorCode", filter.errorCode())
                    .bind("createdAfter", filter.createdAfter())
                    .bind("createdBefore", filter.createdBefore())
                    .bind("limit", filter.limit());
            RegistrationFilter.Position after = filter.after();
            if (after != null) {
                query.bind("afterAt", after.createdAt())
                        .bind("afterId", after.id().value());
            }
            return query.map(mapper).list();
        });
    }

    /** Two limited scans, each by the index that suits the code's frequency; an OR of the two would read the whole table. */
    private static String withError(String conditions) {
        return "id IN ((SELECT id FROM registrations WHERE " + conditions + " AND " + STEP_ERROR + NEWEST_FIRST
                + ") UNION (SELECT id FROM registrations WHERE " + conditions + " AND " + UNDO_ERROR + NEWEST_FIRST
                + "))";
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
