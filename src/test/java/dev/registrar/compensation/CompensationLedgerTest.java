package dev.registrar.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.CompensationLedger.CompensationFilter;
import dev.registrar.database.TestDatabase;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompensationLedgerTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static long scansOfTheTable(Handle handle) {
        handle.execute("SELECT pg_stat_force_next_flush()");
        return handle.createQuery("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'compensations'")
                .mapTo(Long.class)
                .one();
    }

    /** Closed rows stay for years. */
    @ParameterizedTest
    @EnumSource
    void rowsOfEveryStateAreFoundByIndex(UndoState state) {
        CompensationFilter filter = new CompensationFilter(state, null, null, null, null, null, 100);
        DATABASE.jdbi().useHandle(handle -> {
            CompensationLedger ledger = new CompensationLedger(Jdbi.create(handle.getConnection()));
            long before = scansOfTheTable(handle);

            ledger.select(filter);
            ledger.count(filter);

            assertThat(scansOfTheTable(handle) - before).isZero();
        });
    }
}
