package dev.registrar.bench;

import dev.registrar.database.DurablePostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One instance and two that share a database and a task queue, in interleaved rounds at saturation: what each process and each
 * connection costs, from which the sizing is derived.
 */
final class InstancesScenario implements Scenario {

    /** Prefix of a process name: KiB read and written per registration. */
    static final String TRANSFERRED = "transferredKiB.";

    /** What grows with each registration, in all databases or in one, by query; divided by the number of registrations. */
    private static final Map<String, String> COUNTERS = Map.of(
            "walKiB",
            "SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn) / 1024",
            "growthKiB",
            "SELECT sum(pg_database_size(oid)) / 1024 FROM pg_database",
            "transactions",
            commits("= '" + TestBed.DATABASE + "'"),
            "temporalTransactions",
            commits("LIKE 'temporal%'"));

    /** What the load needs while it runs. */
    private static final Map<String, String> LEVELS = Map.of(
            "connections", connections("= '" + TestBed.DATABASE + "'"),
            "temporalConnections", connections("LIKE 'temporal%'"));

    /** Of a round, at least. */
    private static final int RUNS = 1_000;

    private static final int CALLERS = 40;

    private final BenchmarkOptions options;
    private final Cell cell;

    InstancesScenario(BenchmarkOptions options) {
        this.options = options;
        this.cell = new Cell(BenchmarkOptions.INSTANCES, options.server(), CALLERS, 0);
    }

    @Override
    public List<String> contestants() {
        return List.of(RegistrarInstance.NAME, RegistrarPair.NAME);
    }

    @Override
    public List<Cell> cells() {
        return List.of(cell);
    }

    @Override
    public int rounds() {
        return options.rounds();
    }

    @Override
    public void run(TestBed bed, ResultFile results, Block block) throws Exception {
        results.forget(cell);
        RoundMeter meter = new RoundMeter(bed, block);
        results.replace(options.warmUpCell(), meter.warmUp(options.warmUp(), options.warmUpCell()));
        Duration longest = Duration.ZERO;
        for (int round = 1; round <= options.rounds(); round++) {
            if (!block.hasTimeFor(longest)) {
                block.say("No time for round " + round + ".");
                return;
            }
            Duration begun = block.elapsed();
            List<Measurement> measured = new ArrayList<>();
            for (Contestant contestant : bed.contestants()) {
                measured.add(measure(bed, meter, round, contestant));
            }
            results.add(measured);
            longest = block.elapsed().minus(begun);
        }
    }

    private Measurement measure(TestBed bed, RoundMeter meter, int round, Contestant contestant) throws Exception {
        int count = Math.max(RUNS, options.runsAt(CALLERS, 0));
        bed.turnOf(contestant);
        contestant.run(count, CALLERS, meter.nextPrefix());
        Map<String, ProcessTree> processes = bed.processes(contestant);
        Map<String, Double> before = transferred(processes);
        try (Connection connection = connect(bed.postgresOf(contestant));
                Statement statement = connection.createStatement()) {
            Map<String, Double> counted = numbers(statement, COUNTERS);
            Measurement measured = meter.measure(cell, round, contestant, count);
            Map<String, Double> values = new LinkedHashMap<>(measured.values());
            transferred(processes)
                    .forEach((name, after) ->
                            values.put(TRANSFERRED + name, (after - before.getOrDefault(name, 0.0)) / count));
            numbers(statement, COUNTERS)
                    .forEach((name, after) -> values.put(name, (after - counted.getOrDefault(name, 0.0)) / count));
            values.putAll(numbers(statement, LEVELS));
            return new Measurement(cell, measured.contestant(), round, count, values);
        }
    }

    private static String commits(String database) {
        return "SELECT sum(xact_commit) FROM pg_stat_database WHERE datname " + database;
    }

    private static String connections(String database) {
        return "SELECT count(*) FROM pg_stat_activity WHERE datname " + database;
    }

    private static Map<String, Double> numbers(Statement statement, Map<String, String> queries) throws SQLException {
        Map<String, Double> numbers = new TreeMap<>();
        for (Map.Entry<String, String> query : queries.entrySet()) {
            try (ResultSet row = statement.executeQuery(query.getValue())) {
                row.next();
                numbers.put(query.getKey(), row.getDouble(1));
            }
        }
        return numbers;
    }

    private static Map<String, Double> transferred(Map<String, ProcessTree> processes) {
        Map<String, Double> kibibytes = new LinkedHashMap<>();
        processes.forEach((name, tree) -> kibibytes.put(name, tree.transferredKiB()));
        return kibibytes;
    }

    private static Connection connect(DurablePostgres postgres) throws SQLException {
        return DriverManager.getConnection(postgres.url("postgres"), postgres.user(), postgres.password());
    }
}
