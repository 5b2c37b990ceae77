package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.compensation.CompensationLedger;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.FailureSummary.Failures;
import dev.registrar.operations.FailureSummary.Group;
import dev.registrar.operations.RegistrationSearch.Entry;
import dev.registrar.operations.RegistrationSearch.Page;
import dev.registrar.operations.RegistrationSearch.Query;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The console's list of registrations and its groups of failures. */
class RegistrationSearchTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final RegistrationSearch search =
            new RegistrationSearch(rows.store(), new CompensationLedger(DATABASE.jdbi()));
    private final FailureSummary failures =
            new FailureSummary(DATABASE.jdbi(), Clock.fixed(Rows.NOW.plus(Duration.ofHours(1)), ZoneOffset.UTC));

    @BeforeEach
    void empty() {
        DATABASE.jdbi().useHandle(handle -> handle.execute("TRUNCATE registrations, batches CASCADE"));
    }

    private static Query by(String name, @Nullable String value) {
        return query(Map.of(name, String.valueOf(value)));
    }

    private static Query query(Map<String, String> values) {
        return new Query(
                values.get("status"),
                values.get("userId"),
                values.get("errorCode"),
                values.get("createdAfter"),
                values.get("createdBefore"),
                values.get("q"),
                values.get("limit"),
                values.get("cursor"));
    }

    private List<RegistrationId> found(String name, String value) {
        return search.list(by(name, value)).items().stream().map(Entry::id).toList();
    }

    private RegistrationId failed(RegistrationStatus status, String step, String code) {
        RegistrationId id = rows.with(status);
        rows.set(id, "errors = '[{\"step\": \"" + step + "\", \"code\": \"" + code + "\", \"message\": \"m\"}]'");
        return id;
    }

    @Test
    void entryShowsWhatIsOpenAndNoPersonalData() {
        RegistrationId id = failed(RegistrationStatus.NEEDS_ATTENTION, "payment", "payment_unknown");
        rows.refund(id);
        rows.close(rows.undo(id, "delete_profile", "profile", null), Duration.ZERO);
        rows.set(id, "attending = FALSE, attend_at = '2026-02-01T13:00:00Z', command_seq = 3");

        Entry entry = search.list(by("status", "NEEDS_ATTENTION")).items().get(0);

        assertThat(entry.id()).isEqualTo(id);
        assertThat(entry.amount()).isEqualTo(Money.of("49.90", "USD"));
        assertThat(entry.errors()).containsExactly("payment_unknown");
        assertThat(entry.openRows()).isOne();
        assertThat(entry.nextTryAt()).isEqualTo(Instant.parse("2026-02-01T13:00:00Z"));
        assertThat(entry.commandSeq()).isEqualTo(3);
        assertThat(entry.createdAt()).isEqualTo(Rows.NOW);
        assertThat(entry.finishedAt()).isNull();
        assertThat(entry.toString()).doesNotContain("ada@example.com", "Lovelace");
    }

    @Test
    void errorCodeIsThatOfAStepOrOfOpenUndoWork() {
        RegistrationId step = failed(RegistrationStatus.COMPLETED, "email", "email_unavailable");
        RegistrationId undo = rows.with(RegistrationStatus.NEEDS_ATTENTION);
        rows.refund(undo);
        RegistrationId closed = rows.with(RegistrationStatus.FAILED);
        rows.close(rows.refund(closed), Duration.ZERO);
        DATABASE.jdbi()
                .useHandle(
                        handle -> handle.execute("UPDATE compensations SET last_error_code = 'payment_unavailable'"));

        assertThat(found("errorCode", "email_unavailable")).containsExactly(step);
        assertThat(found("errorCode", "payment_unavailable")).containsExactly(undo);
        assertThat(found("errorCode", "m")).isEmpty();
    }

    @Test
    void pagesFollowEachOtherWithoutGapOrRepetition() {
        List<RegistrationId> newest = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            newest.add(0, rows.running(Rows.NOW.plusSeconds(i)));
        }

        List<RegistrationId> seen = new ArrayList<>();
        Map<String, String> values = new LinkedHashMap<>(Map.of("limit", "2", "status", "RUNNING"));
        for (int page = 0; page < 3; page++) {
            Page read = search.list(query(values));
            read.items().forEach(entry -> seen.add(entry.id()));
            values.put("cursor", String.valueOf(read.nextCursor()));
            assertThat(read.nextCursor() == null).isEqualTo(page == 2);
        }

        assertThat(seen).isEqualTo(newest);
        assertThat(search.list(query(Map.of("createdAfter", "2026-02-01T12:00:03+00:00")))
                        .items())
                .hasSize(1);
        assertThat(search.list(query(Map.of("createdBefore", "2026-02-01T12:00:01Z")))
                        .items())
                .hasSize(1);
    }

    @Test
    void termIsAnIdARowAUserOrAReference() {
        RegistrationId id = rows.running();
        String user = rows.find(id).userId();
        rows.set(
                id,
                "steps = '[{\"name\": \"payment\", \"status\": \"SUCCEEDED\", \"attempts\": 1, \"reference\": \"tx_9\"}]'");
        UUID row = rows.refund(id);
        RegistrationId other = rows.running();
        rows.set(rows.running(), "steps = '[]'");

        assertThat(found("q", id.toString())).containsExactly(id);
        assertThat(found("q", row.toString())).containsExactly(id);
        assertThat(found("q", user)).containsExactly(id);
        assertThat(found("q", "tx_9")).containsExactly(id);
        assertThat(found("q", "tx_1")).as("of open undo work").containsExactly(id);
        assertThat(found("q", UUID.randomUUID().toString())).isEmpty();
        assertThat(found("q", "'; DROP TABLE registrations; --")).isEmpty();
        assertThat(found("q", other.toString())).containsExactly(other);
    }

    @ParameterizedTest
    @CsvSource({
        "status, foo",
        "userId, a b",
        "errorCode, Email",
        "createdAfter, yesterday",
        "createdBefore, 2026-01-01",
        "limit, 0",
        "limit, 201",
        "limit, ten",
        "cursor, x"
    })
    void malformedComponentIsNamed(String name, String value) {
        assertThatThrownBy(() -> search.list(by(name, value)))
                .isInstanceOf(OperationRefusedException.class)
                .hasMessageStartingWith(name + ": ");
    }

    @Test
    void failuresAreGroupedByServiceAndCodeMostFirst() {
        failed(RegistrationStatus.COMPLETED, "email", "email_unavailable");
        RegistrationId latest = failed(RegistrationStatus.COMPLETED, "email", "email_unavailable");
        rows.set(latest, "updated_at = '2026-02-01T12:30:00Z'");
        rows.set(
                failed(RegistrationStatus.FAILED, "payment", "payment_declined"),
                "updated_at = '2026-01-01T00:00:00Z'");
        RegistrationId open = rows.with(RegistrationStatus.NEEDS_ATTENTION);
        UUID row = rows.refund(open);
        DATABASE.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET last_error_code = 'payment_unknown', last_failed_at = '2026-01-05T00:00:00Z' WHERE id = ?",
                        row));

        Failures found = failures.failures(Duration.ofHours(24));

        assertThat(found.since()).isEqualTo(Rows.NOW.minus(Duration.ofHours(23)));
        assertThat(found.items())
                .containsExactly(
                        new Group("email", "email_unavailable", 2, 0, Instant.parse("2026-02-01T12:30:00Z"), latest),
                        new Group("payment", "payment_unknown", 1, 1, Instant.parse("2026-01-05T00:00:00Z"), open));
        assertThat(failures.failures(Duration.ofDays(60)).items())
                .extracting(Group::code)
                .contains("payment_declined");
        assertThatThrownBy(() -> failures.failures(Duration.ofSeconds(59)))
                .isInstanceOf(OperationRefusedException.class);
    }

    /** By what PostgreSQL reads, because the time also depends on what else the machine does. */
    @Test
    void everyFilterReadsAFractionOfALargeTable() {
        fill();
        Map<String, Query> queries = new LinkedHashMap<>();
        queries.put("all", query(Map.of()));
        for (RegistrationStatus status : RegistrationStatus.values()) {
            queries.put(status.name(), by("status", status.name()));
        }
        queries.put("rare code", by("errorCode", "sms_rejected"));
        queries.put("code of undo", by("errorCode", "payment_unavailable"));
        queries.put("user", by("userId", "u-777"));
        queries.put(
                "time", query(Map.of("createdAfter", "2026-01-02T00:00:00Z", "createdBefore", "2026-01-03T00:00:00Z")));
        queries.put("status and code", query(Map.of("status", "FAILED", "errorCode", "email_unavailable")));
        queries.put("reference", by("q", "tx_4711"));
        queries.put("unknown term", by("q", "nothing-like-this"));

        Query frequent = by("errorCode", "email_unavailable");
        Map<String, Long> blocks = new LinkedHashMap<>();
        queries.forEach((name, query) -> {
            Page first = search.list(query);
            String cursor = first.nextCursor();
            blocks.put(name, blocksOf(() -> search.list(cursor == null ? query : after(query, cursor))));
        });

        long table = DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT pg_relation_size('registrations') / 8192")
                        .mapTo(Long.class)
                        .one());
        assertThat(table).isGreaterThan(4_000);
        assertThat(blocks).allSatisfy((name, read) -> assertThat(read).as(name).isBetween(1L, table / 2));
        assertThat(blocksOf(() -> search.list(frequent)))
                .as("at most every registration with this error, once")
                .isLessThan(6_000);
        assertThat(blocksOf(() -> failures.failures(Duration.ofDays(90))))
                .as("every failed registration, no other")
                .isBetween(5_000L, table + 1_000);
    }

    private static Query after(Query query, String cursor) {
        return new Query(
                query.status(),
                query.userId(),
                query.errorCode(),
                query.createdAfter(),
                query.createdBefore(),
                query.term(),
                query.limit(),
                cursor);
    }

    private static long blocksOf(Runnable reading) {
        DATABASE.jdbi().useHandle(handle -> handle.execute("SELECT pg_stat_statements_reset()"));
        reading.run();
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery("""
                        SELECT coalesce(sum(shared_blks_hit + shared_blks_read), 0) FROM pg_stat_statements
                        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                          AND query LIKE '%registrations%'
                        """).mapTo(Long.class).one());
    }

    /** 100,000 registrations of a month: 1 in 50 failed, 1 in 500 waits for somebody, 1 in 20 has no e-mail. */
    private static void fill() {
        DATABASE.jdbi().useHandle(handle -> {
            handle.execute("""
                    INSERT INTO registrations (id, caller, user_id, body_hash, codec, request, amount, currency, status, steps,
                                               errors, attending, created_at, updated_at, finished_at, attend_at)
                    SELECT gen_random_uuid(), 'shop', 'u-' || n, '\\x00', 1, '\\x00', 49.90, 'USD', status,
                           jsonb_build_array(
                               jsonb_build_object('name', 'profile', 'status', 'SUCCEEDED', 'attempts', 1, 'reference', 'p_' || n),
                               jsonb_build_object('name', 'payment', 'status', 'SUCCEEDED', 'attempts', 1, 'reference', 'tx_' || n)),
                           CASE WHEN n % 20 = 0 THEN '[{"step": "email", "code": "email_unavailable", "message": "m"}]'
                                WHEN n % 9999 = 1 THEN '[{"step": "sms", "code": "sms_rejected", "message": "m"}]'
                                ELSE '[]' END::jsonb,
                           FALSE, at, at, CASE WHEN status <> 'NEEDS_ATTENTION' THEN at END,
                           CASE WHEN status = 'NEEDS_ATTENTION' THEN at END
                    FROM (SELECT n, timestamptz '2026-01-01T00:00:00Z' + n * interval '25 seconds' AS at,
                                 CASE WHEN n % 50 = 0 THEN 'FAILED' WHEN n % 500 = 1 THEN 'NEEDS_ATTENTION'
                                      WHEN n % 1000 = 2 THEN 'CANCELLED' ELSE 'COMPLETED' END AS status
                          FROM generate_series(1, 100000) AS n) AS made
                    """);
            handle.execute("""
                    INSERT INTO compensations (id, registration_id, position, action, service, state, amount, currency, opened_at,
                                               last_error_code)
                    SELECT gen_random_uuid(), id, 1, 'refund', 'payment', 'OPEN', 49.90, 'USD', created_at, 'payment_unavailable'
                    FROM registrations WHERE status = 'NEEDS_ATTENTION'
                    """);
            handle.execute("ANALYZE registrations");
            handle.execute("ANALYZE compensations");
        });
    }
}
