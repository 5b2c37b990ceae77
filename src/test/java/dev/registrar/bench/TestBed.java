package dev.registrar.bench;

import dev.registrar.database.DurablePostgres;
import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Program;
import dev.registrar.flow.TemporalDevServer;
import dev.registrar.flow.TemporalProductionServer;
import dev.registrar.flow.TemporalServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The processes of a measurement: one durable PostgreSQL with Registrar's database and, for the production server,
 * Temporal's two; one Temporal server; one sandbox; and the contestants. None outlives this process.
 */
final class TestBed implements AutoCloseable {

    private static final int CONNECTIONS = 400;
    static final String DATABASE = "contest";
    private static final List<String> SERVICES = List.of("profile", "payment", "email", "sms");

    private final Deque<Closeable> parts = new ArrayDeque<>();
    private final LoopbackClient http = new LoopbackClient();
    private final BenchmarkOptions options;
    private final JvmCommand jvm;
    private final Path directory;
    private final TemporalServer temporal;
    private final DurablePostgres postgres;
    private final Program sandbox;
    private final int sandboxPort = new FreePorts().next();
    private final RegistrarInstance registrar;
    private final List<Contestant> contestants = new ArrayList<>();

    /** @param wanted names of the contestants */
    TestBed(BenchmarkOptions options, List<String> wanted) throws Exception {
        this.options = options;
        jvm = JvmCommand.with(options.heap(), options.jvm());
        directory = options.output().resolve("work").toAbsolutePath();
        delete(directory);
        Files.createDirectories(directory);
        parts.push(http::close);
        try {
            if (options.isProduction()) {
                TemporalProductionServer production = new TemporalProductionServer(directory);
                parts.push(production::close);
                postgres = production.postgres();
                temporal = production;
            } else {
                postgres = DurablePostgres.start(directory.resolve("postgres"), CONNECTIONS);
                parts.push(postgres::close);
                temporal = new TemporalDevServer(directory);
                parts.push(temporal::close);
            }
            temporal.start();
            sandbox = startSandbox();
            registrar = startRegistrar(RegistrarInstance.NAME, DATABASE, temporal.port());
            for (String name : wanted) {
                contestants.add(contestant(name));
            }
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    private Contestant contestant(String name) throws IOException {
        Surroundings surroundings = new Surroundings(directory, postgres, DATABASE, temporal.port(), sandboxPort);
        return switch (name) {
            case ControlledContestant.SEQUENTIAL -> started(ControlledContestant.sequential(surroundings, jvm, http));
            case ControlledContestant.EMPTY -> started(ControlledContestant.empty(surroundings, jvm, http));
            case RegistrarInstance.CLEAR -> startRegistrar(name, "clear", temporal.port());
            case RegistrarInstance.OTHER -> startOther();
            case RegistrarPair.NAME -> startPair();
            default -> registrar;
        };
    }

    private <T extends Contestant> T started(T contestant) {
        parts.push(contestant::close);
        return contestant;
    }

    /** Another Registrar with its own database. */
    RegistrarInstance startRegistrar(String name, String database, int temporalPort) throws IOException {
        return startRegistrar(name, database, temporalPort, Path.of(""), jvm.of("dev.registrar.RegistrarApplication"));
    }

    private RegistrarInstance startRegistrar(
            String name, String database, int temporalPort, Path home, List<String> command) throws IOException {
        postgres.createDatabase(database);
        return started(RegistrarInstance.start(
                name,
                new Surroundings(directory.resolve(database), postgres, database, temporalPort, sandboxPort),
                home,
                command,
                http));
    }

    private RegistrarInstance startOther() throws IOException {
        Path checkout = Objects.requireNonNull(options.other());
        Path jar = checkout.resolve("target/registrar.jar");
        if (!Files.exists(jar)) {
            throw new IllegalArgumentException(
                    "--other: no " + jar + "; mvn package -Dtest.unit.skipped=true makes it");
        }
        return startRegistrar(RegistrarInstance.OTHER, "other", temporal.port(), checkout, jvm.jar(jar));
    }

    /** Two that share a database and a task queue. */
    private RegistrarPair startPair() throws IOException {
        RegistrarInstance first = startRegistrar(RegistrarPair.NAME + "-1", RegistrarPair.DATABASE, temporal.port());
        Surroundings shared = new Surroundings(
                directory.resolve(RegistrarPair.DATABASE + "-2"),
                postgres,
                RegistrarPair.DATABASE,
                temporal.port(),
                sandboxPort);
        RegistrarInstance second = started(RegistrarInstance.start(
                RegistrarPair.NAME + "-2", shared, Path.of(""), jvm.of("dev.registrar.RegistrarApplication"), http));
        return new RegistrarPair(first, second);
    }

    private Program startSandbox() throws IOException {
        Path home = Files.createDirectories(directory.resolve("sandbox"));
        Files.copy(Path.of("config.yml"), home.resolve("config.yml"));
        Program program = Program.start(
                home,
                "sandbox",
                Map.of("SANDBOX_PORT", Integer.toString(sandboxPort)),
                jvm.of("dev.registrar.RegistrarApplication"),
                List.of("sandbox", "config.yml"));
        parts.push(program::close);
        return Readiness.await(
                "the sandbox", program, () -> http.get(faultsUrl()).status() == 200);
    }

    private String faultsUrl() {
        return "http://127.0.0.1:" + sandboxPort + "/sandbox/faults";
    }

    /** Sets the latency of every provider call. */
    void latency(int millis) throws IOException {
        String faults = SERVICES.stream()
                .filter(service -> millis > 0)
                .map(service -> "{\"service\":\"" + service + "\",\"kind\":\"latency\",\"millis\":" + millis + "}")
                .collect(Collectors.joining(",", "[", "]"));
        http.put(faultsUrl(), faults).expect(200);
    }

    /** Starts the flight recorder in Registrar if the options ask for it. */
    void recordWhereWanted() throws IOException, InterruptedException {
        if (options.recorded()) {
            new RunningJvm(registrar.pid()).record(options.output().resolve("registrar.jfr"));
        }
    }

    /** In the order of a round. */
    List<Contestant> contestants() {
        return List.copyOf(contestants);
    }

    RegistrarInstance registrar() {
        return registrar;
    }

    DurablePostgres postgres() {
        return postgres;
    }

    TemporalServer temporal() {
        return temporal;
    }

    /** The processes that work for this contestant, by their names in the results. */
    Map<String, ProcessTree> processes(Contestant contestant) {
        Map<String, ProcessTree> processes = new LinkedHashMap<>();
        if (ProcessTree.isKnown()) {
            processes.put("temporal", new ProcessTree(List.of(temporal.pid())));
            processes.put("postgresql", new ProcessTree(List.of(postgres.pid())));
            processes.put("contestant", new ProcessTree(contestant.pids()));
            processes.put("sandbox", new ProcessTree(List.of(sandbox.pid())));
        }
        return processes;
    }

    @Override
    public void close() throws IOException {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
