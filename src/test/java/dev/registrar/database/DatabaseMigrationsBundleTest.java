package dev.registrar.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseMigrationsBundleTest {

    @TempDir
    Path directory;

    @Test
    void migrateCommandMakesTheServiceStart() throws Exception {
        TestDatabase database = TestDatabase.empty();
        database.open();
        try {
            PostgresDatabaseFactory factory = database.factory();
            assertThatThrownBy(() -> factory.open(new Environment("test")))
                    .isInstanceOf(DatabaseRefusedException.class);

            String output = run("{type: postgresql, url: '" + database.url() + "', user: " + database.user()
                    + ", password: '" + database.password() + "'}");

            assertThat(output).doesNotContain("Exception");
            assertThatCode(() -> factory.open(new Environment("test")).close()).doesNotThrowAnyException();
        } finally {
            database.close();
        }
    }

    @Test
    void embeddedDatabaseIsLeftAloneWithOneSentence() throws Exception {
        assertThat(run("{type: embedded}"))
                .hasLineCount(1)
                .contains("The embedded database is migrated at start: there is nothing to do.");
    }

    private String run(String database) throws Exception {
        Path config = Files.writeString(directory.resolve("config.yml"), "database: " + database);
        Bootstrap<MigratedConfiguration> bootstrap = new Bootstrap<>(new MigratedApplication());
        new MigratedApplication().initialize(bootstrap);
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        new Cli(new JarLocation(getClass()), bootstrap, new ByteArrayOutputStream(), errors)
                .run("db", "migrate", config.toString());
        return errors.toString(StandardCharsets.UTF_8);
    }

    static final class MigratedConfiguration extends Configuration {
        @JsonProperty
        DatabaseFactory database = new EmbeddedDatabaseFactory();
    }

    private static final class MigratedApplication extends Application<MigratedConfiguration> {
        @Override
        public void initialize(Bootstrap<MigratedConfiguration> bootstrap) {
            bootstrap.addBundle(new DatabaseMigrationsBundle<>(configuration -> configuration.database));
        }

        @Override
        public void run(MigratedConfiguration configuration, Environment environment) {}
    }
}
