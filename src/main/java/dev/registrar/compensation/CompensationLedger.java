package dev.registrar.compensation;

import dev.registrar.model.Money;
import dev.registrar.model.NewerVersionException;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.IndexScans;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;

/** Reads the ledger of undo work; needs neither a worker nor Temporal. Thread-safe. */
public final class CompensationLedger {

    /** Which rows are open, as a condition that the planner recognises as that of the index. */
    public static final String OPEN = "closed_at IS NULL AND state = 'OPEN'";

    private static final String UNCLOSED = "closed_at IS NULL";
    private static final String CLOSED = "closed_at IS NOT NULL";

    private static final String SELECT = "SELECT " + Compensation.COLUMNS + """
             FROM compensations c JOIN registrations r ON r.id = c.registration_id
            """;

    private final Jdbi jdbi;

    public CompensationLedger(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** All rows of a registration, in the order of the undo. */
    public List<Compensation> of(RegistrationId id) {
        return jdbi.withHandle(handle -> of(handle, id));
    }

    /** The rows of several registrations at once; those without any are left out. */
    public Map<RegistrationId, List<Compensation>> of(List<RegistrationId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        List<UUID> keys = ids.stream().map(RegistrationId::value).toList();
        return jdbi
                .withHandle(handle -> handle.createQuery(
                                SELECT + " WHERE c.registration_id = ANY(:ids) ORDER BY c.position, c.opened_at")
                        .bindArray("ids", UUID.class, keys)
                        .map((row, context) -> map(row))
                        .list())
                .stream()
                .collect(Collectors.groupingBy(Compensation::registrationId));
    }

    /** The row of this id. */
    public Optional<Compensation> find(UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery(SELECT + " WHERE c.id = :id")
                .bind("id", id)
                .map((row, context) -> map(row))
                .findOne());
    }

    /** The matching rows: unfinished before closed ones, each oldest first. */
    public List<Compensation> select(CompensationFilter filter) {
        String halves = conditions(filter)
                .map(condition -> "(SELECT id, " + condition.startsWith(CLOSED)
                        + " AS closed, opened_at, registration_id, position FROM " + rows(filter) + " WHERE "
                        + condition
                        + " ORDER BY opened_at, registration_id, position LIMIT :limit)")
                .collect(Collectors.joining(" UNION ALL "));
        return IndexScans.only(
                jdbi,
                handle -> bound(handle.createQuery(SELECT + " WHERE c.id IN (SELECT id FROM (" + halves + """
                                ) AS found ORDER BY closed, opened_at, registration_id, position LIMIT :limit)
                                ORDER BY c.closed_at IS NOT NULL, c.opened_at, c.registration_id, c.position
                                """), filter)
                        .bind("limit", filter.limit())
                        .map((row, context) -> map(row))
                        .list());
    }

    /** How many rows match, regardless of the limit. */
    public int count(CompensationFilter filter) {
        String counts = conditions(filter)
                .map(condition -> "(SELECT count(*) FROM " + rows(filter) + " WHERE " + condition + ")")
                .collect(Collectors.joining(" + "));
        return IndexScans.only(
                jdbi,
                handle -> bound(handle.createQuery("SELECT " + counts), filter)
                        .mapTo(Integer.class)
                        .one());
    }

    /** For the rows that are not closed and for those that are, which have an index each; only one of them if the filter excludes the other. */
    private static Stream<String> conditions(CompensationFilter filter) {
        UndoState state = filter.state();
        List<String> conditions = new ArrayList<>();
        addIf(conditions, state, "state = '" + (state == UndoState.RUNNING ? UndoState.OPEN : state) + "'");
        addIf(conditions, state == UndoState.OPEN ? state : null, "(attempt_until IS NULL OR attempt_until <= now())");
        addIf(conditions, state == UndoState.RUNNING ? state : null, "attempt_until > now()");
        addIf(conditions, filter.action(), "action = :action");
        addIf(conditions, filter.service(), "service = :service");
        addIf(conditions, filter.errorCode(), "last_error_code = :errorCode");
        addIf(conditions, filter.openedBefore(), "opened_at < :before");
        return Stream.of(UNCLOSED, CLOSED)
                .filter(closed -> state == null || state.closed() == closed.equals(CLOSED))
                .map(closed ->
                        Stream.concat(Stream.of(closed), conditions.stream()).collect(Collectors.joining(" AND ")));
    }

    /** The few rows of a registration are found by it: the fence keeps the planner from reading all rows in the order of the list. */
    private static String rows(CompensationFilter filter) {
        return filter.registration() == null ? "compensations" : """
                (SELECT id, registration_id, position, action, service, state, last_error_code, attempt_until, opened_at, closed_at
                 FROM compensations WHERE registration_id = :registration OFFSET 0) AS compensations""";
    }

    private static void addIf(List<String> conditions, @Nullable Object value, String condition) {
        if (value != null) {
            conditions.add(condition);
        }
    }

    private static Query bound(Query query, CompensationFilter filter) {
        RegistrationId registration = filter.registration();
        // A filter may use none of them.
        return query.configure(SqlStatements.class, config -> config.setUnusedBindingAllowed(true))
                .bind("action", filter.action() == null ? null : filter.action().code())
                .bind(
                        "service",
                        filter.service() == null ? null : filter.service().code())
                .bind("errorCode", filter.errorCode())
                .bind("registration", registration == null ? null : registration.value())
                .bind("before", filter.openedBefore());
    }

    /**
     * An item of a batch.
     *
     * @param result one of {@link dev.registrar.store.Batches.Result}; absent until it has been processed
     */
    public record BatchItem(
            int position,
            Compensation row,
            @Nullable String result,
            @Nullable String errorCode) {}

    /** The items of a batch, in order. */
    public List<BatchItem> ofBatch(UUID batchId) {
        return IndexScans.only(
                jdbi,
                handle -> handle.createQuery("SELECT " + Compensation.COLUMNS + """
                        , i.position AS item, i.result, i.error_code
                        FROM batch_items i JOIN compensations c ON c.id = i.compensation_id
                                           JOIN registrations r ON r.id = c.registration_id
                        WHERE i.batch_id = :id ORDER BY i.position
                        """)
                        .bind("id", batchId)
                        .map((row, context) -> new BatchItem(
                                row.getInt("item"), map(row), row.getString("result"), row.getString("error_code")))
                        .list());
    }

    /** How many rows are open, and the money at risk by currency: each charge once. */
    public OpenWork openWork() {
        return jdbi.withHandle(handle -> {
            int rows = handle.createQuery("SELECT count(*) FROM compensations WHERE " + OPEN)
                    .mapTo(Integer.class)
                    .one();
            return new OpenWork(rows, atRisk(handle));
        });
    }

    /** The money in open rows, one sum per currency, each charge once. */
    public static List<Money> atRisk(Handle handle) {
        return handle.createQuery("""
                        SELECT currency, sum(amount) AS amount
                        FROM (SELECT DISTINCT ON (registration_id, reference) amount, currency FROM compensations
                              WHERE closed_at IS NULL AND state = 'OPEN' AND amount IS NOT NULL ORDER BY registration_id, reference, position) AS charges
                        GROUP BY currency ORDER BY currency
                        """)
                .map((row, context) -> new Money(row.getBigDecimal("amount"), row.getString("currency")))
                .list();
    }

    /** @param atRisk one sum per currency */
    public record OpenWork(int rows, List<Money> atRisk) {}

    static List<Compensation> of(Handle handle, RegistrationId id) {
        return handle.createQuery(SELECT + " WHERE c.registration_id = :id ORDER BY c.position, c.opened_at")
                .bind("id", id.value())
                .map((row, context) -> map(row))
                .list();
    }

    static Compensation map(ResultSet row) throws SQLException {
        BigDecimal amount = row.getBigDecimal("amount");
        return new Compensation(
                row.getObject("id", UUID.class),
                new RegistrationId(row.getObject("registration_id", UUID.class)),
                NewerVersionException.constant(
                        UndoAction.class, row.getString("action").toUpperCase(Locale.ROOT)),
                NewerVersionException.constant(UndoState.class, row.getString("state")),
                row.getString("reference"),
                row.getString("idempotency_key"),
                amount == null ? null : new Money(amount, row.getString("currency")),
                row.getInt("attempts"),
                row.getString("last_error_code"),
                instant(row, "attempt_until"),
                row.getTimestamp("opened_at").toInstant(),
                instant(row, "next_try_at"),
                instant(row, "closed_at"),
                row.getString("closed_by"),
                row.getInt("command_seq"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }

    /**
     * Selects rows of the ledger, oldest first. Absent components do not restrict.
     *
     * @param errorCode only rows whose last attempt ended with this
     * @param openedBefore only rows opened before this
     */
    public record CompensationFilter(
            @Nullable UndoState state,
            @Nullable UndoAction action,
            @Nullable Step service,
            @Nullable String errorCode,
            @Nullable RegistrationId registration,
            @Nullable Instant openedBefore,
            int limit) {}
}
