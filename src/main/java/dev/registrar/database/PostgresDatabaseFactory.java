package dev.registrar.database;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Secret;
import dev.registrar.model.UnreadableFile;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jspecify.annotations.Nullable;

/**
 * {@code type: postgresql}: an external PostgreSQL 13 or later. The service refuses to start on an older
 * schema, which {@code db migrate} upgrades, and on a newer one that is not compatible with this version.
 *
 * @param url {@code jdbc:postgresql://host:port/database}, with the driver's parameters (TLS: {@code ?sslmode=verify-full}),
 *     without a password
 * @param user who owns the schema, or may at least read and write its tables
 * @param password the password itself, usually from an environment variable; not with {@code passwordFile}
 * @param passwordFile a file with the password, one line; read at start
 * @param poolSize connections at most; default 16
 * @param poolWait how long a caller waits for a free connection; default 1 s
 * @param queryTimeout after which a statement is cancelled; default 10 s, whole seconds
 */
@JsonTypeName("postgresql")
public record PostgresDatabaseFactory(
        @NotBlank @Pattern(regexp = "jdbc:postgresql:.+", message = "must start with jdbc:postgresql:")
        String url,

        @NotBlank String user,
        @Nullable Secret password,
        @Nullable Path passwordFile,
        @Min(1) @Max(1000) Integer poolSize,

        @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
        Duration poolWait,

        @MinDuration(value = 1, unit = TimeUnit.SECONDS) Duration queryTimeout)
        implements DatabaseFactory {

    public PostgresDatabaseFactory(
            String url,
            String user,
            @Nullable Secret password,
            @Nullable Path passwordFile,
            @Nullable Integer poolSize,
            @Nullable Duration poolWait,
            @Nullable Duration queryTimeout) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.passwordFile = passwordFile;
        this.poolSize = poolSize == null ? 16 : poolSize;
        this.poolWait = poolWait == null ? Duration.seconds(1) : poolWait;
        this.queryTimeout = queryTimeout == null ? Duration.seconds(10) : queryTimeout;
    }

    /** Whether the password is configured in at most one way. */
    @JsonIgnore
    @ValidationMethod(message = "password and passwordFile exclude each other")
    public boolean isPasswordGivenOnce() {
        return password == null || passwordFile == null;
    }

    /** Whether the URL contains no password, because it is printed. */
    @JsonIgnore
    @ValidationMethod(message = "url: must not hold a password: use password or passwordFile")
    @SuppressWarnings("NullAway") // validated together with the url, which may be absent then
    public boolean isUrlWithoutPassword() {
        return url == null || !url.matches("(?i).*([?&](ssl)?password=|//[^/?]*@).*");
    }

    @Override
    public Database open(Environment environment) {
        ConnectionSettings settings = settings();
        return Database.open(
                environment, settings, settings.pool(poolSize, poolWait), queryTimeout, SchemaGate::check, () -> {});
    }

    @Override
    public DataSourceFactory forCommands() {
        return settings().commands();
    }

    @Override
    public void requireReachable() {
        ConnectionSettings settings = settings();
        try {
            settings.connect().close();
        } catch (SQLException e) {
            throw new DatabaseRefusedException(settings.unreachable(e));
        }
    }

    private ConnectionSettings settings() {
        return new ConnectionSettings(url, user, passwordFile == null ? password : read(passwordFile));
    }

    @Override
    public Optional<Jdbi> check() {
        ConnectionSettings settings = settings();
        new SchemaGate(settings).check();
        return Optional.of(Jdbi.create(settings::connect).installPlugin(new SqlObjectPlugin()));
    }

    @Override
    public void checkFiles() {
        settings();
    }

    @Override
    public Optional<Secret> secret() {
        return Optional.ofNullable(settings().password());
    }

    private static Secret read(Path file) {
        try {
            return new Secret(Files.readString(file).strip());
        } catch (IOException e) {
            throw new IllegalStateException("database.passwordFile: " + UnreadableFile.reason(file, e), e);
        }
    }
}
