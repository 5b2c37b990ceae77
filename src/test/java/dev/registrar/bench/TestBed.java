package dev.registrar.bench;

import dev.registrar.database.DurablePostgres;
import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Program;
import dev.registrar.flow.TemporalServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The processes of a measurement: one sandbox, and the contestants, each with servers of its own. Only those of the contestant whose
 * turn it is run; the others are suspended. None outlives this process.
 */
final class TestBed implements AutoCloseable {

    static final String DATABASE = "contest";

    private static final List<String> SERVICES = List.of("profile", "payment", "email", "sms");

    private final Deque<Closeable> parts = new ArrayDeque<>();
    private final LoopbackClient http = new LoopbackClient();
    private final BenchmarkOptions options;
    private final JvmCommand jvm;
    private final Path directory;
    private final Program sandbox;
    private final int sandboxPort = new FreePorts().next();
    private final Map<Contestant, Servers> contestants = new LinkedHashMap<>();
    private final Servers servers;
    private final RegistrarInstance registrar;
    private final Set<Contestant> suspended = new HashSet<>();

    /** @param wanted names of the contestants; Registrar is among them */
    TestBed(BenchmarkOptions options, List<String> wanted) throws Exception {
        this.options = options;
        jvm = JvmCommand.with(options.heap(), options.jvm());
        directory = options.output().resolve("work").toAbsolutePath();
        delete(directory);
        Files.createDirectories(directory);
        parts.push(http::close);
        try {
            sandbox = startSandbox();
            for (String name : wanted) {
                Servers own = new Servers(directory.resolve("servers-" + name), options.isProduction());
                parts.push(own::close);
                contestants.put(contestant(name, own), own);
            }
            registrar = contestants.keySet().stream()
                    .filter(contestant -> contestant.name().equals(RegistrarInstance.NAME))
                    .map(RegistrarInstance.class::cast)
                    .findFirst()
                    .orElseThrow();
            servers = servers(registrar);
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    private Contestant contestant(String name, Servers own) throws IOException {
        return switch (name) {
            case ControlledContestant.SEQUENTIAL -> {
                own.postgres().migratedDatabase();
                yield started(
                        ControlledContestant.sequential(surroundings(name, DurablePostgres.MIGRATED, own), jvm, http));
            }
            case ControlledContestant.EMPTY ->
                started(ControlledContestant.empty(surroundings(name, DurablePostgres.MIGRATED, own), jvm, http));
            case ControlledContestant.STEPS ->
                started(ControlledContestant.steps(surroundings(name, DurablePostgres.MIGRATED, own), jvm, http));
            case RegistrarInstance.OTHER -> startOther(own);
            case RegistrarPair.NAME -> startPair(own);
            default -> {
                own.postgres().createDatabase(DATABASE);
                yield startRegistrar(name, surroundings(name, DATABASE, own), Path.of(""), ownJvm());
            }
        };
    }

    private List<String> ownJvm() {
        return jvm.of("dev.registrar.RegistrarApplication");
    }

    private Surroundings surroundings(String name, String database, Servers own) throws IOException {
        return new Surroundings(
                Files.createDirectories(directory.resolve(name)),
                own.postgres(),
                database,
                own.temporal().port(),
                sandboxPort);
    }

    private <T extends Contestant> T started(T contestant) {
        parts.push(contestant::close);
        return contestant;
    }

    /** Another Registrar beside {@link #registrar()}, on its servers, with its own database. */
    RegistrarInstance startRegistrar(String name, String database, int temporalPort) throws IOException {
        servers.postgres().createDatabase(database);
        return startRegistrar(
                name,
                new Surroundings(directory.resolve(database), servers.postgres(), database, temporalPort, sandboxPort),
                Path.of(""),
                ownJvm());
    }

    private RegistrarInstance startRegistrar(String name, Surroundings surroundings, Path home, List<String> command)
            throws IOException {
        return started(RegistrarInstance.start(name, surroundings, home, command, http));
    }

    private RegistrarInstance startOther(Servers own) throws IOException {
        Path checkout = Objects.requireNonNull(options.other());
        Path jar = checkout.resolve("target/registrar.jar");
        if (!Files.exists(jar)) {
            throw new IllegalArgumentException(
                    "--other: no " + jar + "; mvn package -Dtest.unit.skipped=true makes it");
        }
        own.postgres().createDatabase(DATABASE);
        return startRegistrar(
                RegistrarInstance.OTHER, surroundings(RegistrarInstance.OTHER, DATABASE, own), checkout, jvm.jar(jar));
    }

    /** Two that share a database and a task queue. */
    private RegistrarPair startPair(Servers own) throws IOException {
        own.postgres().createDatabase(DATABASE);
        String first = RegistrarPair.NAME + "-1";
        String second = RegistrarPair.NAME + "-2";
        return new RegistrarPair(
                startRegistrar(first, surroundings(first, DATABASE, own), Path.of(""), ownJvm()),
                startRegistrar(second, surroundings(second, DATABASE, own), Path.of(""), ownJvm()));
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
        return List.copyOf(contestants.keySet());
    }

    /** Suspends the processes of every other contestant and resumes this one's. */
    void turnOf(Contestant contestant) throws IOException {
        for (Contestant other : contestants.keySet()) {
            if (other != contestant && suspended.add(other)) {
                ProcessTree.signal("STOP", pids(other));
            }
        }
        resume(contestant);
    }

    private void resume(Contestant contestant) throws IOException {
        if (suspended.remove(contestant)) {
            ProcessTree.signal("CONT", pids(contestant));
            http.forgetConnections();
        }
    }

    private List<Long> pids(Contestant contestant) {
        List<Long> pids = new ArrayList<>(contestant.pids());
        pids.add(servers(contestant).temporal().pid());
        pids.add(servers(contestant).postgres().pid());
        return pids;
    }

    private Servers servers(Contestant contestant) {
        return Objects.requireNonNull(contestants.get(contestant));
    }

    RegistrarInstance registrar() {
        return registrar;
    }

    /** Registrar's PostgreSQL. */
    DurablePostgres postgres() {
        return servers.postgres();
    }

    DurablePostgres postgresOf(Contestant contestant) {
        return servers(contestant).postgres();
    }

    /** Registrar's Temporal server. */
    TemporalServer temporal() {
        return servers.temporal();
    }

    /** The processes that work for this contestant, by their names in the results. */
    Map<String, ProcessTree> processes(Contestant contestant) {
        Map<String, ProcessTree> processes = new LinkedHashMap<>();
        if (ProcessTree.isKnown()) {
            // A second Registrar beside the first shares its servers.
            Servers own = Objects.requireNonNull(contestants.getOrDefault(contestant, servers));
            processes.put("temporal", new ProcessTree(List.of(own.temporal().pid())));
            processes.put("postgresql", new ProcessTree(List.of(own.postgres().pid())));
            processes.put("contestant", new ProcessTree(contestant.pids()));
            processes.put("sandbox", new ProcessTree(List.of(sandbox.pid())));
        }
        return processes;
    }

    @Override
    public void close() throws IOException {
        for (Contestant contestant : List.copyOf(suspended)) {
            resume(contestant);
        }
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
