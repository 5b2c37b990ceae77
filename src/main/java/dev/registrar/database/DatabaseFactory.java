package dev.registrar.database;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.registrar.model.Secret;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.jackson.Discoverable;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** The section {@code database} of the configuration: {@code type: embedded} or {@code type: postgresql}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface DatabaseFactory extends Discoverable permits EmbeddedDatabaseFactory, PostgresDatabaseFactory {

    /**
     * Opens the database, including its schema, and lets the environment stop it. Call it first in {@code run}: what is managed
     * later is stopped earlier. If {@code run} fails afterwards, {@link Database#close} stops what was started; so does the end
     * of the process.
     *
     * @throws DatabaseRefusedException with one sentence for the person who starts the service
     */
    Database open(Environment environment);

    /**
     * How the {@code db} commands reach the database.
     *
     * @throws DatabaseRefusedException the commands do not apply to this database
     */
    DataSourceFactory forCommands();

    /**
     * Connects to a database outside the service once, whatever its schema.
     *
     * @throws DatabaseRefusedException it cannot be reached; one sentence
     */
    void requireReachable();

    /**
     * Connects to a database outside the service and refuses a schema of another version, as {@link #open} does.
     *
     * @return with SQL objects, a connection for each use; empty for a database that only exists while the service runs
     * @throws DatabaseRefusedException with one sentence
     */
    Optional<Jdbi> check();

    /**
     * Reads the files that the section names; makes no calls and creates nothing.
     *
     * @throws IllegalStateException {@code option: reason}
     */
    @JsonIgnore
    void checkFiles();

    /** The configured password; empty if there is none or the service generated it. */
    @JsonIgnore
    Optional<Secret> secret();
}
