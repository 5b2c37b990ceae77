package dev.registrar.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.Secret;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.DefaultConfigurationFactoryFactory;
import io.dropwizard.jackson.DiscoverableSubtypeResolver;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.util.Duration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseFactoryTest {

    @Test
    void typesAreDiscoverable() {
        assertThat(new DiscoverableSubtypeResolver().getDiscoveredSubtypes())
                .contains(EmbeddedDatabaseFactory.class, PostgresDatabaseFactory.class);
    }

    @Test
    void embeddedTypeHasDefaultsForEverything() throws Exception {
        assertThat(read("type: embedded"))
                .isEqualTo(new EmbeddedDatabaseFactory())
                .isEqualTo(new EmbeddedDatabaseFactory(
                        Path.of("data/postgres"),
                        Path.of("data/postgres-bin"),
                        0,
                        16,
                        Duration.seconds(1),
                        Duration.seconds(10)));
    }

    @Test
    void embeddedTypeTakesEveryOption() throws Exception {
        assertThat(read("""
                type: embedded
                dataDirectory: /srv/pg
                port: 5433
                poolSize: 4
                poolWait: 500ms
                queryTimeout: 3s
                """))
                .isEqualTo(new EmbeddedDatabaseFactory(
                        Path.of("/srv/pg"),
                        Path.of("/srv/pg-bin"),
                        5433,
                        4,
                        Duration.milliseconds(500),
                        Duration.seconds(3)));
    }

    @Test
    void postgresqlTypeIsReadAndItsPasswordIsNeverPrinted() throws Exception {
        DatabaseFactory factory = read("""
                type: postgresql
                url: jdbc:postgresql://db:5432/registrar?sslmode=require
                user: registrar
                password: top-secret
                """);

        assertThat(factory).isInstanceOf(PostgresDatabaseFactory.class);
        assertThat(Objects.requireNonNull(((PostgresDatabaseFactory) factory).password())
                        .reveal())
                .isEqualTo("top-secret");
        assertThat(factory.toString()).doesNotContain("top-secret");
        assertThat(factory.forCommands().getPassword()).isEqualTo("top-secret");
    }

    @Test
    void passwordComesFromItsFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "from-file\n");

        DatabaseFactory factory =
                read("{type: postgresql, url: 'jdbc:postgresql://db/x', user: u, passwordFile: '" + file + "'}");

        assertThat(factory.forCommands().getPassword()).isEqualTo("from-file");
    }

    @Test
    void missingPasswordFileIsOneSentence() throws Exception {
        DatabaseFactory factory =
                read("{type: postgresql, url: 'jdbc:postgresql://db/x', user: u, passwordFile: /nowhere/password}");

        assertThatThrownBy(factory::forCommands)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("database.passwordFile: the file /nowhere/password does not exist");
    }

    @Test
    void wrongConfigurationIsNamedByItsKey() {
        assertRefused("type: embeded", "embeded");
        assertRefused("{type: embedded, prot: 1}", "prot", "port");
        assertRefused("{type: embedded, port: 70000}", "port must be less than or equal to 65535");
        assertRefused("{type: embedded, poolSize: 0}", "poolSize must be greater than or equal to 1");
        assertRefused("{type: postgresql, user: u}", "url must not be blank");
        assertRefused("{type: postgresql, url: 'jdbc:postgresql://db/x'}", "user must not be blank");
        assertRefused("{type: postgresql, url: 'jdbc:mysql://db/x', user: u}", "url must start with jdbc:postgresql:");
        assertRefused(
                "{type: postgresql, url: 'jdbc:postgresql://db/x', user: u, password: p, passwordFile: f}",
                "password and passwordFile exclude each other");
        assertRefused(
                "{type: postgresql, url: 'jdbc:postgresql://db/x?user=u&password=p', user: u}",
                "url: must not hold a password");
    }

    @Test
    void embeddedTypeHasNoCommands() {
        assertThatThrownBy(() -> new EmbeddedDatabaseFactory().forCommands())
                .isInstanceOf(DatabaseRefusedException.class)
                .hasMessageStartingWith("The embedded database is migrated at start");
    }

    @Test
    void settingsAreNeverPrintedWithThePassword() {
        assertThat(new ConnectionSettings("jdbc:postgresql://db/x", "u", new Secret("top-secret")).toString())
                .doesNotContain("top-secret");
    }

    private static void assertRefused(String yaml, String... parts) {
        assertThatThrownBy(() -> read(yaml))
                .as(yaml)
                .isInstanceOf(ConfigurationException.class)
                .message()
                .contains(parts);
    }

    private static DatabaseFactory read(String yaml) throws IOException, ConfigurationException {
        return new DefaultConfigurationFactoryFactory<DatabaseFactory>()
                .create(DatabaseFactory.class, Validators.newValidator(), Jackson.newObjectMapper(), "dw")
                .build(path -> new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "config.yml");
    }
}
