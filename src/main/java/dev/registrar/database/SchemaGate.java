package dev.registrar.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.analytics.configuration.AnalyticsArgs;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.RanChangeSet;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts only the schema of exactly this version: an older one is migrated or refused, a newer one is always refused. Both
 * methods create Liquibase's own two tables if they are absent. Not thread-safe.
 */
public final class SchemaGate {

    /** The change log of {@code db migrate} and of this gate, on the class path. */
    static final String CHANGE_LOG = "migrations.yml";

    private static final Logger LOGGER = LoggerFactory.getLogger(SchemaGate.class);

    private final ConnectionSettings settings;

    SchemaGate(ConnectionSettings settings) {
        this.settings = settings;
    }

    /**
     * Brings an older schema up to this version. Only for a database without other users: the lock of a killed migration is
     * released.
     */
    public void migrate() {
        open(liquibase -> {
            refuseNewer(liquibase);
            List<ChangeSet> pending = liquibase.listUnrunChangeSets(new Contexts(), new LabelExpression());
            if (pending.isEmpty()) {
                return;
            }
            liquibase.forceReleaseLocks();
            liquibase.update(new Contexts(), new LabelExpression());
            LOGGER.info("Schema migrated: {} change sets", pending.size());
        });
    }

    /** Refuses any schema but this version's with a {@link DatabaseRefusedException} that explains what to do. */
    public void check() {
        open(liquibase -> {
            refuseNewer(liquibase);
            List<ChangeSet> pending = liquibase.listUnrunChangeSets(new Contexts(), new LabelExpression());
            if (!pending.isEmpty()) {
                throw new DatabaseRefusedException("The database schema is older than this version (" + pending.size()
                        + " change sets pending, first " + pending.get(0).getId()
                        + "): run `java -jar registrar.jar db migrate` with this configuration.");
            }
        });
    }

    private static void refuseNewer(Liquibase liquibase) throws LiquibaseException {
        Collection<RanChangeSet> unexpected = liquibase.listUnexpectedChangeSets(new Contexts(), new LabelExpression());
        if (!unexpected.isEmpty()) {
            throw new DatabaseRefusedException("The database schema is newer than this version (it has "
                    + unexpected.iterator().next().getId() + "): start the version that made it, or a later one.");
        }
    }

    private void open(Work work) {
        // Liquibase sends usage data over the internet from programmatic runs, and prints to standard output.
        Map<String, Object> scope =
                Map.of(AnalyticsArgs.ENABLED.getKey(), false, Scope.Attr.ui.name(), new LoggerUIService());
        try (Connection connection = settings.connect()) {
            ClassLoaderResourceAccessor resources = new ClassLoaderResourceAccessor(SchemaGate.class.getClassLoader());
            Scope.child(scope, () -> {
                Liquibase liquibase = new Liquibase(CHANGE_LOG, resources, new JdbcConnection(connection));
                liquibase.setShowSummary(UpdateSummaryEnum.OFF);
                liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
                work.with(liquibase);
            });
        } catch (DatabaseRefusedException e) {
            throw e;
        } catch (SQLException e) {
            throw new DatabaseRefusedException(settings.unreachable(e));
        } catch (Exception e) {
            throw new IllegalStateException("The database schema could not be read or changed", e);
        }
    }

    private interface Work {
        void with(Liquibase liquibase) throws LiquibaseException;
    }
}
