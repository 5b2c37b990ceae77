package dev.registrar.database;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.registrar.model.Secret;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.jackson.Discoverable;
import java.util.Optional;

/** The section {@code database} of the configuration: {@code type: embedded} or {@code type: postgresql}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface DatabaseFactory extends Discoverable permits EmbeddedDatabaseFactory, PostgresDatabaseFactory {

    /**
     * Makes the database usable, schema included, and hands its end to the environment. Call it first in {@code run}: what
     * is managed later is stopped earlier. If {@code run} fails afterwards, {@link Database#close} ends what was started;
     * the end of the process does it too.
     *
     * @throws DatabaseRefusedException with one sentence for the person who starts the service
     */
    Database open(Environment environment);

    /**
     * How the {@code db} commands reach the database.
     *
     * @throws DatabaseRefusedException where they do not apply
     */
    DataSourceFactory forCommands();

    /** The password that somebody chose; empty where there is none, or the service made it. */
    @JsonIgnore
    Optional<Secret> secret();
}
