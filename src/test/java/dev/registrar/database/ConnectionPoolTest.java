package dev.registrar.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.util.Duration;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConnectionPoolTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    @Test
    void callerIsTurnedAwayAfterTheWaitWhenAllConnectionsAreTaken() throws Exception {
        ManagedDataSource pool =
                DATABASE.settings().pool(1, Duration.milliseconds(200)).build(new MetricRegistry(), "one");
        try (Connection taken = pool.getConnection()) {
            long start = System.nanoTime();

            assertThatThrownBy(pool::getConnection).hasMessageContaining("Unable to fetch a connection");

            assertThat(System.nanoTime() - start).isBetween(150_000_000L, 5_000_000_000L);
            assertThat(taken.isClosed()).isFalse();
        } finally {
            pool.stop();
        }
    }

    @Test
    void transactionThatWasLeftOpenIsRolledBack() {
        Jdbi jdbi = DATABASE.jdbi();

        assertThatThrownBy(() -> jdbi.useHandle(handle -> {
                    handle.begin();
                    handle.execute(
                            "INSERT INTO accounts VALUES ('u-left', gen_random_uuid(), 1, '', NULL, now(), now())");
                }))
                .hasMessageContaining("transaction");

        assertThat(count("SELECT count(*) FROM accounts WHERE user_id = 'u-left'"))
                .isZero();
    }

    @Test
    void healthyStatementsCostNothingBesideThemselves() {
        Jdbi jdbi = DATABASE.jdbi();
        jdbi.useHandle(handle -> handle.execute("SELECT pg_stat_statements_reset()"));

        for (int i = 0; i < 100; i++) {
            jdbi.useHandle(
                    handle -> handle.execute("UPDATE accounts SET transaction_id = 't' WHERE user_id = 'nobody'"));
        }

        assertThat(count("SELECT sum(calls) FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database "
                        + "WHERE datname = current_database()) AND query NOT LIKE '%pg_stat_statements%'"))
                .isEqualTo(100);
    }

    @Test
    void connectionsAreReplacedWhenOneMeetsAReadOnlyServer() {
        try (Database database = DATABASE.factory().open(new Environment("failover"))) {
            Jdbi jdbi = database.jdbi();
            // As after a failover: existing connections lead to what has become a standby.
            List<Handle> handles = Stream.generate(jdbi::open).limit(4).toList();
            handles.forEach(handle -> handle.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"));
            handles.forEach(Handle::close);
            String write = "UPDATE accounts SET transaction_id = 't' WHERE user_id = 'nobody'";

            assertThatThrownBy(() -> jdbi.useHandle(handle -> handle.execute(write)))
                    .hasMessageContaining("read-only");
            List<Handle> anew = Stream.generate(jdbi::open).limit(4).toList();

            assertThat(anew)
                    .allSatisfy(handle -> assertThat(handle.execute(write)).isZero());
            anew.forEach(Handle::close);
        }
    }

    private static long count(String sql) {
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
