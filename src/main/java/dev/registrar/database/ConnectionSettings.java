package dev.registrar.database;

import dev.registrar.model.Secret;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.util.Duration;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Address and credentials of a PostgreSQL: creates single connections, the service's pool, and the pool of commands. */
record ConnectionSettings(String url, String user, @Nullable Secret password) {

    /** Socket timeout in seconds: above every query timeout, below a client's patience. */
    private static final String SOCKET_TIMEOUT = "30";

    private static final String CONNECT_TIMEOUT = "5";

    /** One connection without a time limit on its statements, outside any pool: a migration may take long. */
    Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.putAll(common());
        properties.setProperty("user", user);
        if (password != null) {
            properties.setProperty("password", password.reveal());
        }
        return DriverManager.getConnection(url, properties);
    }

    /**
     * The pool of the service. A connection is validated at most once a second, so that under load a
     * statement costs one round trip and a restarted server is noticed within that second.
     *
     * @param size connections at most
     * @param wait how long a caller waits for a free one
     */
    DataSourceFactory pool(int size, Duration wait) {
        DataSourceFactory pool = commands();
        Map<String, String> properties = new HashMap<>(pool.getProperties());
        properties.put("socketTimeout", SOCKET_TIMEOUT);
        pool.setProperties(properties);
        pool.setMaxSize(size);
        pool.setMinSize(Math.min(size, 4));
        pool.setInitialSize(Math.min(size, 4));
        pool.setMaxWaitForConnection(wait);
        pool.setCheckConnectionOnBorrow(true);
        pool.setValidationInterval(Duration.seconds(1));
        return pool;
    }

    /** What {@code db} commands use: one connection, no time limit on statements. */
    DataSourceFactory commands() {
        DataSourceFactory pool = new DataSourceFactory();
        pool.setDriverClass("org.postgresql.Driver");
        pool.setUrl(url);
        pool.setUser(user);
        if (password != null) {
            pool.setPassword(password.reveal());
        }
        pool.setProperties(common());
        // No validation query: the driver's own check also times out if the network drops the answer.
        pool.setValidationQuery(null);
        pool.setValidationQueryTimeout(Duration.seconds(2));
        return pool;
    }

    private static Map<String, String> common() {
        return Map.of(
                "ApplicationName", "registrar",
                "connectTimeout", CONNECT_TIMEOUT,
                "tcpKeepAlive", "true",
                "reWriteBatchedInserts", "true");
    }

    /** Describes a failed connection in one sentence, without the credentials. */
    String unreachable(SQLException e) {
        return "PostgreSQL at " + address() + " cannot be used: " + e.getMessage();
    }

    /** The URL without its parameters. */
    String address() {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }
}
