package dev.registrar.database;

import io.dropwizard.core.Configuration;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.migrations.MigrationsBundle;
import java.util.function.Function;

/**
 * The commands {@code db migrate}, {@code db status} and so on, for an outside database; for the embedded one they end with
 * one sentence.
 *
 * @param <C> the application's configuration
 */
public final class DatabaseMigrationsBundle<C extends Configuration> extends MigrationsBundle<C> {

    private final Function<C, DatabaseFactory> database;

    public DatabaseMigrationsBundle(Function<C, DatabaseFactory> database) {
        this.database = database;
    }

    @Override
    public DataSourceFactory getDataSourceFactory(C configuration) {
        DatabaseFactory factory = database.apply(configuration);
        DataSourceFactory commands = factory.forCommands();
        // Their pool would print the stack trace of each connection that it does not get.
        factory.requireReachable();
        return commands;
    }

    @Override
    public String getMigrationsFileName() {
        return SchemaGate.CHANGE_LOG;
    }
}
