package dev.registrar.store;

import dev.registrar.model.DataCodec;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.SealedData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Acceptance and reading of registrations. Every method is one statement; a database that is not there is a
 * {@link org.jdbi.v3.core.JdbiException}. Thread-safe.
 */
public final class RegistrationStore {

    private static final String COLUMNS = """
            id, caller, idempotency_key, body_hash, user_id, amount, currency, status, steps, steps_as_of, errors,
            waiting_on, compensating_at, intended_end, cancel_requested_at, sweep, created_at, updated_at, finished_at
            """;

    private final Jdbi jdbi;
    private final DataCodec codec;
    private final RegistrationMapper mapper;

    public RegistrationStore(Jdbi jdbi, DataCodec codec, JsonColumns json) {
        this.jdbi = jdbi;
        this.codec = codec;
        this.mapper = new RegistrationMapper(json);
    }

    /**
     * Inserts the row, as RUNNING: a start that fails says so afterwards. The answer is the user's earlier registrations
     * whose charge is in doubt; empty where the user has a live or completed registration, or the caller's key is taken. A
     * concurrent insert of the same is waited for.
     */
    public Optional<List<EarlierCharge>> accept(NewRegistration fresh) {
        RequestData request = fresh.request();
        SealedData sealed = codec.seal(request, place(fresh.id()));
        return jdbi.withHandle(handle -> handle.createQuery("""
                        INSERT INTO registrations (id, caller, user_id, idempotency_key, body_hash, codec, request,
                                                   amount, currency, status, created_at, updated_at)
                        VALUES (:id, :caller, :userId, :key, :hash, :codec, :request,
                                :amount, :currency, 'RUNNING', :at, :at)
                        ON CONFLICT DO NOTHING
                        RETURNING (SELECT array_agg(e.id) FROM registrations e
                                   WHERE e.user_id = :userId AND e.charge_in_doubt) AS earlier
                        """)
                .bind("id", fresh.id().value())
                .bind("caller", fresh.caller())
                .bind("userId", request.userProfile().userId())
                .bind("key", fresh.idempotencyKey())
                .bind("hash", HexFormat.of().parseHex(fresh.bodyHash()))
                .bind("codec", sealed.codec())
                .bind("request", sealed.bytes())
                .bind("amount", request.payment().amount().amount())
                .bind("currency", request.payment().amount().currency())
                .bind("at", fresh.createdAt())
                .map((row, context) -> EarlierChargeColumn.read(row.getArray("earlier")))
                .findOne());
    }

    /** Writes that the start did not succeed: the sweeper will do it. No effect once the workflow has written. */
    public void notStarted(RegistrationId id, Instant at) {
        jdbi.useHandle(handle ->
                handle.createUpdate("""
                        UPDATE registrations SET status = 'ACCEPTED', updated_at = :at
                        WHERE id = :id AND status = 'RUNNING' AND steps_as_of IS NULL
                        """).bind("id", id.value()).bind("at", at).execute());
    }

    public Optional<Registration> find(RegistrationId id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + COLUMNS + " FROM registrations WHERE id = :id")
                .bind("id", id.value())
                .map(mapper)
                .findOne());
    }

    /** The one that the caller's key belongs to. */
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
        addIf(conditions, filter.status(), "status = :status");
        addIf(conditions, filter.userId(), "user_id = :userId");
        addIf(conditions, filter.createdAfter(), "created_at > :createdAfter");
        addIf(conditions, filter.createdBefore(), "created_at < :createdBefore");
        addIf(conditions, filter.after(), "(created_at, id) < (:afterAt, :afterId)");
        return jdbi.withHandle(handle -> {
            var query = handle.createQuery("SELECT " + COLUMNS + " FROM registrations WHERE "
                            + String.join(" AND ", conditions) + " ORDER BY created_at DESC, id DESC LIMIT :limit")
                    .bind("caller", filter.caller())
                    .bind("status", filter.status())
                    .bind("userId", filter.userId())
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

    /** The request as it was accepted; empty where the row is gone or its request was erased. */
    public Optional<RequestData> request(RegistrationId id) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT codec, request FROM registrations WHERE id = :id AND request IS NOT NULL")
                .bind("id", id.value())
                .map((row, context) -> sealed(row))
                .findOne()
                .map(data -> codec.open(data, RequestData.class, place(id))));
    }

    /** Of these, the ones that have settled, with their status. */
    public Map<RegistrationId, RegistrationStatus> settled(List<RegistrationId> ids) {
        List<UUID> keys = ids.stream().map(RegistrationId::value).toList();
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id, status FROM registrations
                        WHERE id = ANY(:ids) AND status IN ('COMPLETED', 'FAILED', 'CANCELLED', 'NEEDS_ATTENTION')
                        """)
                .bindArray("ids", UUID.class, keys)
                .reduceRows(new HashMap<>(), (found, row) -> {
                    found.put(
                            new RegistrationId(row.getColumn("id", UUID.class)),
                            RegistrationStatus.valueOf(row.getColumn("status", String.class)));
                    return found;
                }));
    }

    /** Where the request of this registration is sealed for. */
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
}
