package dev.registrar.database;

import io.dropwizard.db.ManagedPooledDataSource;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the pool's connections when one meets a read-only server. After a failover the pool's old
 * connections can outlive the change and lead to what is a standby now: they answer and pass every validation, but take no
 * write. New ones lead to wherever the address leads now. Thread-safe.
 */
final class FailoverSqlLogger implements SqlLogger {

    /** The SQLSTATE {@code read_only_sql_transaction}. */
    private static final String READ_ONLY = "25006";

    /** A server that stays read-only under load is not asked for a new connection with each write. */
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOGGER = LoggerFactory.getLogger(FailoverSqlLogger.class);

    private final ManagedPooledDataSource pool;
    private final AtomicLong due = new AtomicLong(System.nanoTime());

    FailoverSqlLogger(ManagedPooledDataSource pool) {
        this.pool = pool;
    }

    @Override
    public void logException(StatementContext context, SQLException e) {
        if (READ_ONLY.equals(e.getSQLState())) {
            renew();
        }
    }

    private void renew() {
        long now = System.nanoTime();
        long planned = due.get();
        if (now - planned >= 0 && due.compareAndSet(planned, now + INTERVAL_NANOS)) {
            LOGGER.warn("PostgreSQL is read-only: connecting anew");
            pool.purge();
        }
    }
}
