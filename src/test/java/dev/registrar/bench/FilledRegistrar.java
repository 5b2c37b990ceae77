package dev.registrar.bench;

import dev.registrar.database.DatabaseFiller;
import dev.registrar.database.DurablePostgres;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.PageCursor;
import dev.registrar.store.RegistrationFilter.Position;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Registrar with a filled database, and the calls that are compared. */
final class FilledRegistrar {

    /** Rounds of a duty so far, and their seconds, by the service's own metrics. */
    private static final Pattern DUTY = Pattern.compile(
            "registrar_sweep_seconds_(count|sum)\\{[^}]*duty=\"(\\w+)\"[^}]*outcome=\"done\"[^}]*} (\\S+)");

    private final String name;
    private final int rows;
    private final RegistrarInstance registrar;

    private FilledRegistrar(String name, int rows, RegistrarInstance registrar) {
        this.name = name;
        this.rows = rows;
        this.registrar = registrar;
    }

    /** Starts the service, then fills its database: about two minutes for a million rows. */
    static FilledRegistrar of(TestBed bed, String name, int rows) throws IOException, SQLException {
        RegistrarInstance registrar =
                bed.startRegistrar(name, name, bed.temporal().port());
        try (Connection connection = connect(bed.postgres(), name)) {
            DatabaseFiller.fill(connection, rows);
        }
        return new FilledRegistrar(name, rows, registrar);
    }

    private static Connection connect(DurablePostgres postgres, String database) throws SQLException {
        return DriverManager.getConnection(postgres.url(database), postgres.user(), postgres.password());
    }

    String name() {
        return name;
    }

    /** One call; returns the answer. */
    interface Call {

        String answer() throws IOException;
    }

    /**
     * By name. The answers to the same call have equally many items, however many rows there are.
     *
     * @param number different each time
     */
    Map<String, Call> calls(int number) {
        int middle = rows / 2;
        Instant half = Instant.now().minus(Duration.ofSeconds(30L * middle));
        String cursor = PageCursor.write(new Position(half, new RegistrationId(new UUID(0, 0))));
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("POST", () -> registrar.accept(name + "-" + number));
        calls.put("GET", () -> registrar.read("/" + DatabaseFiller.id(middle)));
        calls.put("list", () -> registrar.read("?limit=50"));
        calls.put("list from the middle", () -> registrar.read("?limit=50&cursor=" + cursor));
        calls.put("list, status NEEDS_ATTENTION", () -> registrar.read("?limit=50&status=NEEDS_ATTENTION"));
        calls.put("list, status COMPENSATING", () -> registrar.read("?limit=50&status=COMPENSATING"));
        calls.put("list, error of undo work", () -> registrar.read("?limit=50&errorCode=payment_unavailable"));
        calls.put("list, error of a step", () -> registrar.read("?limit=50&errorCode=payment_declined"));
        calls.put("list, one user", () -> registrar.read("?limit=50&userId=user-" + (middle + 17)));
        calls.put("console: list", () -> registrar.readAdmin("/console/api/registrations?limit=50"));
        calls.put(
                "console: a registration",
                () -> registrar.readAdmin("/console/api/registrations/" + DatabaseFiller.id(middle + 7)));
        calls.put("console: now", () -> registrar.readAdmin("/console/api/now"));
        calls.put("console: failures of 24 h", () -> registrar.readAdmin("/console/api/failures"));
        calls.put("compensations", () -> registrar.task("compensations?format=json&limit=50"));
        calls.put("compensations, OPEN", () -> registrar.task("compensations?format=json&limit=50&status=OPEN"));
        calls.put(
                "compensations of a registration",
                () -> registrar.task("compensations?format=json&registration=" + DatabaseFiller.id(middle + 7)));
        calls.put("compensation-batch", () -> registrar.task("compensation-batch?format=json&limit=4"));
        calls.put("audit", () -> registrar.task("audit?format=json&limit=50"));
        calls.put("scrape", this::scrape);
        return calls;
    }

    String scrape() throws IOException {
        return registrar.readAdmin("/prometheus");
    }

    /** How often a periodic duty ran, and for how many seconds in all. */
    record Rounds(double count, double seconds) {

        /** The milliseconds of a round since then; NaN if there was none. */
        double millisSince(Rounds before) {
            return 1_000 * (seconds - before.seconds) / (count - before.count);
        }
    }

    /** By the name of the duty. */
    Map<String, Rounds> duties() throws IOException {
        Map<String, Rounds> duties = new LinkedHashMap<>();
        Matcher samples = DUTY.matcher(scrape());
        while (samples.find()) {
            double value = Double.parseDouble(samples.group(3));
            Rounds read = samples.group(1).equals("count") ? new Rounds(value, 0) : new Rounds(0, value);
            duties.merge(
                    samples.group(2),
                    read,
                    (one, other) -> new Rounds(one.count + other.count, one.seconds + other.seconds));
        }
        return duties;
    }

    /** The bytes of each table, its indexes included; by table. */
    Map<String, List<Double>> sizes(DurablePostgres postgres) throws SQLException {
        Map<String, List<Double>> sizes = new LinkedHashMap<>();
        try (Connection connection = connect(postgres, name);
                Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery("""
                        SELECT relname, pg_relation_size(oid), pg_indexes_size(oid), pg_total_relation_size(oid)
                        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                        ORDER BY 4 DESC LIMIT 6
                        """)) {
            while (tables.next()) {
                sizes.put(tables.getString(1), List.of(tables.getDouble(2), tables.getDouble(3), tables.getDouble(4)));
            }
        }
        return sizes;
    }
}
