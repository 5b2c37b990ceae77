package dev.registrar.bench;

import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Poll;
import dev.registrar.flow.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Contestant (b): Registrar as shipped, {@code config.yml} with an external database and Temporal. Its load is sent
 * over REST from this process: POST with {@code Prefer: wait}, so that the response is the end.
 */
final class RegistrarInstance implements Contestant {

    static final String NAME = "registrar";

    /** The same without encryption. */
    static final String CLEAR = "registrar-clear";

    /** The same from another build. */
    static final String OTHER = "registrar-other";

    private static final Duration MIGRATION_LIMIT = Duration.ofMinutes(2);
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(2);
    private static final String[] WAIT = {"Prefer", "wait=30"};

    private final String name;
    private final LoopbackClient http;
    private final String url;
    private final String adminUrl;
    private final Program program;

    private RegistrarInstance(String name, LoopbackClient http, String url, String adminUrl, Program program) {
        this.name = name;
        this.http = http;
        this.url = url;
        this.adminUrl = adminUrl;
        this.program = program;
    }

    /**
     * Migrates the database, starts the service and returns once it responds.
     *
     * @param home the directory of its {@code config.yml}
     * @param command starts its Java process; gets Registrar's arguments
     */
    static RegistrarInstance start(
            String name, Surroundings surroundings, Path home, List<String> command, LoopbackClient http)
            throws IOException {
        Path directory = Files.createDirectories(surroundings.directory());
        Files.writeString(
                directory.resolve("config.yml"),
                surroundings.configuration(Files.readString(home.resolve("config.yml")), !name.equals(CLEAR)));
        FreePorts ports = new FreePorts();
        int port = ports.next();
        int adminPort = ports.next();
        Map<String, String> environment = Map.of(
                "REGISTRAR_PORT", Integer.toString(port),
                "REGISTRAR_ADMIN_PORT", Integer.toString(adminPort),
                "SANDBOX_PORT", Integer.toString(surroundings.sandboxPort()),
                "BENCH_DATABASE_PASSWORD", surroundings.postgres().password());
        try (Program migration =
                Program.start(directory, "migration", environment, command, List.of("db", "migrate", "config.yml"))) {
            if (migration.awaitEnd(MIGRATION_LIMIT) != 0) {
                throw new IllegalStateException("the migration failed:\n" + migration.output());
            }
        }
        Program program = Program.start(directory, "registrar", environment, command, List.of("server", "config.yml"));
        String url = "http://127.0.0.1:" + port + "/v1/registrations";
        Readiness.await(name, program, () -> http.get(url + "?limit=1").status() == 200);
        return new RegistrarInstance(name, http, url, "http://127.0.0.1:" + adminPort, program);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Long> pids() {
        return List.of(pid());
    }

    long pid() {
        return program.pid();
    }

    @Override
    public Latencies run(int count, int concurrency, String prefix) {
        return ClosedLoop.run(count, concurrency, number -> register(prefix + number));
    }

    /** Makes one registration and waits for its end. */
    void register(String userId) throws IOException {
        String body = http.post(url, NewUser.of(userId).json(), WAIT).expect(200);
        if (!body.contains("\"status\":\"COMPLETED\"") || !body.contains("\"errors\":[]")) {
            throw new IllegalStateException("not completed without an error: " + body);
        }
    }

    /**
     * If the first start of a workflow takes too long, the sweeper starts it: acceptance is enough here, the end is
     * awaited later.
     */
    @Override
    public void warmUp(int count, int concurrency, String prefix) {
        ClosedLoop.run(
                count,
                concurrency,
                number -> http.post(url, NewUser.of(prefix + number).json(), WAIT));
        awaitAllCompleted();
    }

    /** Reads something below {@code /v1/registrations}. */
    String read(String rest) throws IOException {
        return http.get(url + rest).expect(200);
    }

    /** Reads something of the admin port. */
    String readAdmin(String path) throws IOException {
        return http.get(adminUrl + path).expect(200);
    }

    /** Runs a task. */
    String task(String call) throws IOException {
        return http.post(adminUrl + "/tasks/" + call, "").expect(200);
    }

    /** Registers a user without waiting for the end. */
    String accept(String userId) throws IOException {
        return http.post(url, NewUser.of(userId).json()).expect(202);
    }

    /** Times only the acceptance, at a steady rate: POST without {@code Prefer}. */
    Latencies accept(int count, double perSecond, String prefix) {
        return OpenLoop.run(
                count,
                perSecond,
                number -> http.post(url, NewUser.of(prefix + number).json()).expect(202));
    }

    /** Waits until no registration is running; all must have completed. */
    void awaitAllCompleted() {
        Poll.until("all registrations have ended", DRAIN_LIMIT, this::hasCompletedAll);
    }

    private boolean hasCompletedAll() throws IOException {
        for (String status : List.of("FAILED", "CANCELLED", "NEEDS_ATTENTION", "COMPENSATING")) {
            if (hasAny(status)) {
                throw new IllegalStateException("a registration is " + status);
            }
        }
        return !hasAny("RUNNING") && !hasAny("ACCEPTED");
    }

    private boolean hasAny(String status) throws IOException {
        return !http.get(url + "?limit=1&status=" + status).expect(200).contains("\"items\":[]");
    }

    @Override
    public void close() {
        program.close();
    }
}
