package dev.registrar.database;

import dev.registrar.model.Release;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * Accepts the schema of this version, and a newer one that says it is compatible with this version: each change set since
 * 0.2.0 carries the label {@code compatible-since-RELEASE}, which Liquibase stores with it. An older schema is migrated or refused.
 * Both methods create Liquibase's own two tables if they are absent. Not thread-safe.
 */
public final class SchemaGate {

    /** The change log of {@code db migrate} and of this gate, on the class path. */
    static final String CHANGE_LOG = "migrations.yml";

    private static final Logger LOGGER = LoggerFactory.getLogger(SchemaGate.class);

    private static final String COMPATIBLE_SINCE = "compatible-since-";

    private final ConnectionSettings settings;
    private final String changeLog;

    SchemaGate(ConnectionSettings settings) {
        this(settings, CHANGE_LOG);
    }

    /** @param changeLog of the version that migrates or checks */
    SchemaGate(ConnectionSettings settings, String changeLog) {
        this.settings = settings;
        this.changeLog = changeLog;
    }

    /**
     * Brings an older schema up to this version. Only for a database without other users: the lock of a killed migration is
     * released.
     */
    public void migrate() {
        open(liquibase -> {
            List<ChangeSet> pending = pending(liquibase);
            refuseIncompatible(liquibase, pending);
            if (pending.isEmpty()) {
                return;
            }
            liquibase.forceReleaseLocks();
            liquibase.update(new Contexts(), new LabelExpression());
            LOGGER.info("Schema migrated: {} change sets", pending.size());
        });
    }

    /** Refuses a schema that this version cannot run on with a {@link DatabaseRefusedException} that explains what to do. */
    public void check() {
        open(liquibase -> {
            List<ChangeSet> pending = pending(liquibase);
            refuseIncompatible(liquibase, pending);
            if (!pending.isEmpty()) {
                throw new DatabaseRefusedException("The database schema is older than this version (" + pending.size()
                        + " change sets pending, first " + pending.get(0).getId()
                        + "): run `java -jar registrar.jar db migrate` with this configuration.");
            }
        });
    }

    private static List<ChangeSet> pending(Liquibase liquibase) throws LiquibaseException {
        return liquibase.listUnrunChangeSets(new Contexts(), new LabelExpression());
    }

    private static void refuseIncompatible(Liquibase liquibase, List<ChangeSet> pending) throws LiquibaseException {
        Collection<RanChangeSet> newer = liquibase.listUnexpectedChangeSets(new Contexts(), new LabelExpression());
        for (RanChangeSet changeSet : newer) {
            Optional<Release> since = compatibleSince(changeSet);
            if (since.isEmpty() || since.get().isAfter(Release.CURRENT)) {
                String needed = since.map(release -> " and needs " + release + " or later")
                        .orElse("");
                throw new DatabaseRefusedException("The database schema is newer than this version, " + Release.CURRENT
                        + " (it has " + changeSet.getId() + needed
                        + "): start the version that made it, or a later one.");
            }
        }
        if (!newer.isEmpty() && !pending.isEmpty()) {
            throw new DatabaseRefusedException(
                    "The database schema was made by a version that does not include this one, "
                            + Release.CURRENT + " (it has "
                            + newer.iterator().next().getId() + " but not "
                            + pending.get(0).getId() + "): start a version that includes both.");
        }
    }

    /** The oldest release that runs on the change set; empty if it names none. */
    private static Optional<Release> compatibleSince(RanChangeSet changeSet) {
        return changeSet.getLabels().getLabels().stream()
                .filter(label -> label.startsWith(COMPATIBLE_SINCE))
                .map(label -> Release.parse(label.substring(COMPATIBLE_SINCE.length())))
                .flatMap(Optional::stream)
                .findAny();
    }

    private void open(Work work) {
        // Liquibase sends usage data over the internet from programmatic runs, and prints to standard output.
        Map<String, Object> scope =
                Map.of(AnalyticsArgs.ENABLED.getKey(), false, Scope.Attr.ui.name(), new LoggerUIService());
        try (Connection connection = settings.connect()) {
            ClassLoaderResourceAccessor resources = new ClassLoaderResourceAccessor(SchemaGate.class.getClassLoader());
            Scope.child(scope, () -> {
                Liquibase liquibase = new Liquibase(changeLog, resources, new JdbcConnection(connection));
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
