package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.RunningService.Instance;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The database statements of a successful registration, counted by the database over all its tables. */
@ExtendWith(RunningService.class)
class StatementCountTest {

    private static final int REGISTRATIONS = 20;

    /** The shortest interval of all timers in config-test.yml. */
    private static final Duration ROUND = Duration.ofMillis(500);

    /** How the statements begin that timers send even when idle: at most one per interval. */
    private static final List<String> TIMERS = List.of(
            "UPDATE registrations SET attend_at = now() + ",
            "SELECT id, kind, actor, reason, rate",
            "UPDATE reconcile_runs SET lease_until = ",
            "SELECT breaker, state AS mode, until, set_at FROM breaker_overrides",
            "SELECT status AS name, count(*) AS count FROM registrations WHERE finished_at IS NULL",
            "SELECT min(created_at) FROM registrations WHERE finished_at IS NULL",
            "SELECT action AS name, count(*) AS count FROM compensations WHERE state",
            "SELECT min(opened_at) FROM compensations WHERE state",
            "SELECT currency, sum(amount) AS amount FROM (SELECT DISTINCT ON",
            "SELECT count(*) FROM batches WHERE state",
            "SELECT (SELECT count(*) FROM registrations WHERE finished_at IS NULL) AS in_flight",
            "SELECT min(GREATEST(b.updated_at, (SELECT max(i.finished_at) FROM batch_items i");

    /** Calls per statement so far, except this test's own, transaction control and connection set-up. */
    private static Map<String, Long> calls(Instance service) {
        return service.jdbi()
                .withHandle(handle -> handle.createQuery("""
                        SELECT regexp_replace(query, '\\s+', ' ', 'g') AS statement, sum(calls) AS calls
                        FROM pg_stat_statements
                        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                          AND query !~ 'pg_stat_statements|by the test' AND query !~* '^(BEGIN|COMMIT|ROLLBACK|SET)'
                        GROUP BY 1
                        """).reduceRows(new LinkedHashMap<>(), (all, row) -> {
                    all.put(row.getColumn("statement", String.class), row.getColumn("calls", Long.class));
                    return all;
                }));
    }

    /** Calls between the two counts. */
    private static Map<String, Long> since(Map<String, Long> before, Map<String, Long> after) {
        Map<String, Long> called = new LinkedHashMap<>();
        after.forEach((statement, calls) -> {
            long more = calls - before.getOrDefault(statement, 0L);
            if (more > 0) {
                called.put(statement, more);
            }
        });
        return called;
    }

    private static boolean ofATimer(String statement) {
        return TIMERS.stream().anyMatch(statement::startsWith);
    }

    @Test
    void healthyRegistrationIsTwoStatementsAndOneForTheAccount(Instance service) throws InterruptedException {
        settle(service);
        long start = System.nanoTime();
        Map<String, Long> before = calls(service);

        for (int i = 0; i < REGISTRATIONS; i++) {
            assertThat(service.post(Requests.valid()).status()).isEqualTo(202);
        }
        settle(service);

        Map<String, Long> called = since(before, calls(service));
        long rounds = Duration.ofNanos(System.nanoTime() - start).dividedBy(ROUND) + 1;
        assertThat(called).allSatisfy((statement, calls) -> {
            if (ofATimer(statement)) {
                assertThat(calls).as("rounds of %s", statement).isLessThanOrEqualTo(rounds);
            } else {
                assertThat(calls).as("calls of %s", statement).isEqualTo(REGISTRATIONS);
                assertThat(statement).doesNotContain("compensations");
            }
        });
        assertThat(called.keySet().stream().filter(statement -> !ofATimer(statement)))
                .as("statements that registrations send")
                .satisfiesExactlyInAnyOrder(
                        accept -> assertThat(accept).startsWith("INSERT INTO registrations "),
                        account -> assertThat(account).startsWith("INSERT INTO accounts "),
                        outcome -> assertThat(outcome).startsWith("UPDATE registrations SET status = "));
    }

    /** Waits until the service is idle. */
    private static void settle(Instance service) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        List<String> running;
        do {
            running = service.jdbi()
                    .withHandle(handle ->
                            handle.createQuery("""
                            SELECT status || ' ' || count(*) /* by the test */ FROM registrations
                            WHERE finished_at IS NULL AND status <> 'NEEDS_ATTENTION' GROUP BY status
                            """).mapTo(String.class).list());
            assertThat(System.nanoTime()).as("%s", running).isLessThan(end);
            Thread.sleep(20);
        } while (!running.isEmpty());
    }
}
