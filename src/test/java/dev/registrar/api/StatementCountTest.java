package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.RunningService.Instance;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a healthy registration costs the database, counted by the database (DESIGN 5). */
@ExtendWith(RunningService.class)
class StatementCountTest {

    private static final int REGISTRATIONS = 20;

    /** Of this table, without the sweeper's looks at all that has not ended and without this test's own. */
    private static int calls(Instance service, String table) {
        return service.jdbi()
                .withHandle(handle -> handle.createQuery("""
                        SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
                        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                          AND query ~ ('\\m(INTO|UPDATE|FROM|JOIN) ' || :table || '\\M')
                          AND query !~ 'lease_owner|pg_stat_statements|count\\('
                        """)
                        .bind("table", table)
                        .mapTo(Integer.class)
                        .one());
    }

    @Test
    void healthyRegistrationIsTwoStatementsAndOneForTheAccount(Instance service) throws InterruptedException {
        settle(service);
        int registrations = calls(service, "registrations");
        int accounts = calls(service, "accounts");
        int compensations = calls(service, "compensations");

        for (int i = 0; i < REGISTRATIONS; i++) {
            assertThat(service.post(Requests.valid()).status()).isEqualTo(202);
        }
        settle(service);

        assertThat(calls(service, "registrations") - registrations).isEqualTo(2 * REGISTRATIONS);
        assertThat(calls(service, "accounts") - accounts).isEqualTo(REGISTRATIONS);
        assertThat(calls(service, "compensations")).isEqualTo(compensations);
    }

    /** Waits until nothing runs. */
    private static void settle(Instance service) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        List<String> running;
        do {
            running = service.jdbi()
                    .withHandle(handle ->
                            handle.createQuery("""
                            SELECT status || ' ' || count(*) FROM registrations
                            WHERE finished_at IS NULL AND status <> 'NEEDS_ATTENTION' GROUP BY status
                            """).mapTo(String.class).list());
            assertThat(System.nanoTime()).as("%s", running).isLessThan(end);
            Thread.sleep(20);
        } while (!running.isEmpty());
    }
}
