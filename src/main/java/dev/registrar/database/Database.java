package dev.registrar.database;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.db.ManagedPooledDataSource;
import io.dropwizard.lifecycle.Managed;
import io.dropwizard.util.Duration;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opened database: connection pool and JDBI. The environment stops the pool and then the embedded server, if any; {@link
 * #close} is for failed starts and for commands. Thread-safe.
 */
public final class Database implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Database.class);

    private final ManagedDataSource dataSource;
    private final Jdbi jdbi;
    private final AutoCloseable server;

    /** Stops the server if the process ends between {@code run} and the start of the managed objects. */
    private final Thread endDuringStart;

    private Database(ManagedDataSource dataSource, Jdbi jdbi, AutoCloseable server) {
        this.dataSource = dataSource;
        this.jdbi = jdbi;
        this.server = server;
        this.endDuringStart = new Thread(() -> closeQuietly(server), "database-end");
    }

    static Database open(
            Environment environment,
            ConnectionSettings settings,
            DataSourceFactory pool,
            Duration queryTimeout,
            Consumer<SchemaGate> schema,
            AutoCloseable server) {
        schema.accept(new SchemaGate(settings));
        ManagedPooledDataSource dataSource = (ManagedPooledDataSource) pool.build(environment.metrics(), "database");
        // Guards statements used after their close, which JDBI prevents; a reflective call for each parameter.
        dataSource.getPoolProperties().setUseStatementFacade(false);
        // Not by JdbiFactory, which registers its own health check under the pool's name.
        Jdbi jdbi = jdbi(dataSource);
        jdbi.setSqlLogger(new FailoverSqlLogger(dataSource));
        jdbi.getConfig(SqlStatements.class).setQueryTimeout((int) queryTimeout.toSeconds());
        Database database = new Database(dataSource, jdbi, server);
        database.manageBy(environment);
        return database;
    }

    static Jdbi jdbi(DataSource dataSource) {
        return Jdbi.create(dataSource).installPlugin(new SqlObjectPlugin()).registerArgument(new FrequentArguments());
    }

    private void manageBy(Environment environment) {
        Runtime.getRuntime().addShutdownHook(endDuringStart);
        environment.lifecycle().manage(new Managed() {
            @Override
            public void start() {
                // From now on the lifecycle stops things in order; the hook would run in parallel to it.
                removeHook();
            }

            @Override
            public void stop() throws Exception {
                server.close();
            }
        });
        environment.lifecycle().manage(dataSource);
    }

    /** With SQL objects; statements are cancelled after the configured time. */
    public Jdbi jdbi() {
        return jdbi;
    }

    /** Stops pool and server now; does nothing if the environment has done so. */
    @Override
    public void close() {
        removeHook();
        try {
            dataSource.stop();
        } catch (Exception e) {
            LOGGER.warn("The pool did not stop", e);
        }
        closeQuietly(server);
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(endDuringStart);
        } catch (IllegalStateException e) {
            LOGGER.debug("The process is ending: the hook runs", e);
        }
    }

    static void closeQuietly(AutoCloseable server) {
        try {
            server.close();
        } catch (Exception e) {
            LOGGER.warn("The database server did not stop", e);
        }
    }
}
