package dev.registrar.flow;

import dev.registrar.database.DatabaseFiller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The service's PostgreSQL, inspected from outside, even after the service was killed. Each call looks the server up in
 * the files of its data directory because a restart changes the port.
 */
public final class DatabaseProbe {

    private final Path dataDirectory;

    public DatabaseProbe(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    /** Registrations by status, of users with this prefix. */
    public Map<String, Long> statuses(String userPrefix) {
        Map<String, Long> statuses = new TreeMap<>();
        query(
                "SELECT status, count(*) FROM registrations WHERE starts_with(user_id, ?) GROUP BY 1",
                userPrefix,
                row -> {
                    statuses.put(row.getString(1), row.getLong(2));
                });
        return statuses;
    }

    /** Commands by kind and whether they are applied, waiting or closed with an error. */
    Map<String, Long> commands() {
        Map<String, Long> commands = new TreeMap<>();
        query(
                "SELECT kind || ' ' || CASE WHEN applied_at IS NULL THEN 'waiting' ELSE COALESCE(error_code, 'applied') END,"
                        + " count(*) FROM commands WHERE '' = ? GROUP BY 1",
                "",
                row -> commands.put(row.getString(1), row.getLong(2)));
        return commands;
    }

    /** Row counts of all tables that a request can write. */
    Map<String, Long> rowCounts() {
        Map<String, Long> counts = new TreeMap<>();
        for (String table : List.of("registrations", "accounts", "compensations", "audit")) {
            query("SELECT count(*) FROM " + table + " WHERE '' = ?", "", row -> counts.put(table, row.getLong(1)));
        }
        return counts;
    }

    /** Accounts that are not deleted. */
    long accounts(String userPrefix) {
        long[] count = new long[1];
        query(
                "SELECT count(*) FROM accounts WHERE deleted_at IS NULL AND starts_with(user_id, ?)",
                userPrefix,
                row -> count[0] = row.getLong(1));
        return count[0];
    }

    /** The intended end of a registration whose undo is not finished; empty if there is none. */
    String intendedEnd(String userId) {
        String[] end = {""};
        query("SELECT intended_end FROM registrations WHERE user_id = ?", userId, row -> {
            end[0] = row.getString(1) == null ? "" : row.getString(1);
        });
        return end[0];
    }

    /** Writes a client's cancel to the database as the service does. */
    void requestCancel(String userId) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement("""
                        WITH counted AS (UPDATE registrations SET command_seq = command_seq + 1, attend_at = now()
                                         WHERE user_id = ? AND finished_at IS NULL RETURNING id, command_seq)
                        INSERT INTO commands (registration_id, seq, kind, created_at)
                        SELECT id, command_seq, 'cancel', now() FROM counted
                        """)) {
            statement.setString(1, userId);
            if (statement.executeUpdate() != 1) {
                throw new AssertionError("no open registration of " + userId);
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The whole content of a table, binary columns byte by byte. */
    public String dump(String table) {
        StringBuilder dump = new StringBuilder();
        query("SELECT * FROM " + table + " WHERE '' = ?", "", row -> {
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                Object value = row.getObject(i);
                dump.append(value instanceof byte[] bytes ? new String(bytes, StandardCharsets.ISO_8859_1) : value)
                        .append('\n');
            }
        });
        return dump.toString();
    }

    /** The rows of a query with one text parameter, by column. */
    public List<Map<String, Object>> rows(String sql, String parameter) {
        List<Map<String, Object>> rows = new ArrayList<>();
        query(sql, parameter, row -> {
            Map<String, Object> columns = new HashMap<>();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                columns.put(row.getMetaData().getColumnLabel(i), row.getObject(i));
            }
            rows.add(columns);
        });
        return rows;
    }

    /** Changes stored data as someone with psql could. */
    public void execute(String sql) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fills the service's empty database with registrations that have ended or need attention. */
    void fill(int registrations) {
        try (Connection connection = connect()) {
            DatabaseFiller.fill(connection, registrations);
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The server's main process. */
    public long pid() {
        try {
            return Long.parseLong(postmaster().get(0).strip());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a server runs there: an orderly shutdown deletes its pid file. */
    boolean serverRuns() {
        return Files.exists(dataDirectory.resolve("postmaster.pid")) && server().isPresent();
    }

    /** Stops a server that runs without its service. */
    void endServer() {
        if (serverRuns()) {
            server().ifPresent(ProcessHandle::destroy);
            Poll.until("PostgreSQL has ended", Duration.ofSeconds(15), () -> !serverRuns());
        }
    }

    /** Process ids are reused: it must be a server of this directory. */
    private Optional<ProcessHandle> server() {
        return ProcessHandle.of(pid())
                .filter(server -> server.info().commandLine().orElse("").contains(dataDirectory.toString()));
    }

    private void query(String sql, String parameter, RowReader reader) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection connect() throws IOException, SQLException {
        String port = postmaster().get(3).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/registrar", "postgres", password());
    }

    String password() throws IOException {
        String line = Files.readString(dataDirectory.resolve("pgpass")).strip();
        return line.substring(line.lastIndexOf(':') + 1);
    }

    private List<String> postmaster() throws IOException {
        return Files.readAllLines(dataDirectory.resolve("postmaster.pid"));
    }

    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }
}
