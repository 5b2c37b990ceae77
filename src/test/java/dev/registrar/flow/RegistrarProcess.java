package dev.registrar.flow;

import dev.registrar.crypto.TestKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The service as a child process with the fast test configuration, in its own directory, on ports that it keeps across
 * restarts. It ends together with all its child processes, however the test ends.
 */
public final class RegistrarProcess implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofMinutes(3);
    private static final Path BINARIES = Path.of("target", "postgres-bin");

    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private final WebClient application;
    private final WebClient admin;
    private WebClient sandbox;
    private final DatabaseProbe embedded;
    private DatabaseProbe database;
    private final FastConfiguration configuration = new FastConfiguration();
    private @Nullable Program program;
    private @Nullable SandboxProcess sandboxProgram;
    private @Nullable Path jar;
    private boolean startsSandbox;
    private Duration startedIn = Duration.ZERO;

    public RegistrarProcess(Path directory) {
        this.directory = directory;
        FreePorts ports = new FreePorts();
        application = new WebClient(ports.next());
        admin = new WebClient(ports.next());
        sandbox = new WebClient(ports.next());
        environment.put("REGISTRAR_PORT", Integer.toString(application.port()));
        environment.put("REGISTRAR_ADMIN_PORT", Integer.toString(admin.port()));
        environment.put("SANDBOX_PORT", Integer.toString(sandbox.port()));
        environment.put("REGISTRAR_DATA", directory.resolve("data").toString());
        embedded = new DatabaseProbe(directory.resolve("data").resolve("postgres"));
        database = embedded;
    }

    /** Sets environment variables of the process from the next start on. */
    public RegistrarProcess withVariables(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    /** Runs this jar from the next start on, instead of the jar of this build. */
    RegistrarProcess withJar(Path file) {
        jar = file;
        return this;
    }

    /** Uses PostgreSQL binaries that earlier tests unpacked. */
    RegistrarProcess withUnpackedBinaries() {
        return edit(
                FastConfiguration.EMBEDDED_DATABASE,
                FastConfiguration.EMBEDDED_DATABASE + "  binariesDirectory: " + BINARIES.toAbsolutePath() + "\n");
    }

    /** Data in an external database requires a configured key. */
    private void withEncryptionKey() {
        if (!configuration.text().contains(FastConfiguration.ENCRYPTION)) {
            environment.put("TEST_ENCRYPTION_KEY", TestKeys.FIRST);
            configuration.add(FastConfiguration.ENCRYPTION);
        }
    }

    /** Stores data unencrypted. */
    RegistrarProcess withoutEncryption() {
        return edit(FastConfiguration.ENCRYPTION, "\nencryption: {type: none}\n");
    }

    /** Uses these keys from the next start on; the first is active. */
    RegistrarProcess withKeys(String... ids) {
        environment.put("TEST_SECOND_KEY", TestKeys.SECOND);
        StringBuilder section = new StringBuilder("\nencryption:\n  active: " + ids[0] + "\n  keys:\n");
        for (String id : ids) {
            String variable = id.equals("first") ? "TEST_ENCRYPTION_KEY" : "TEST_SECOND_KEY";
            section.append("    - {id: " + id + ", value: \"${" + variable + "}\"}\n");
        }
        configuration.replaceFrom("\nencryption:", section.toString());
        return this;
    }

    /** Requires the API key with this hash, which is an operator's, on every request. */
    RegistrarProcess withOperatorKey(String hash) {
        configuration.add("\nauth:\n  type: api-keys\n  failuresPerMinute: 1000000\n  keys:\n"
                + "    - {id: ops, role: operator, hash: " + hash + "}\n");
        return this;
    }

    /** Accepts the API key with this hash too, which is an auditor's; after {@link #withOperatorKey}. */
    RegistrarProcess withAuditorKey(String hash) {
        configuration.add("    - {id: revision, role: auditor, hash: " + hash + "}\n");
        return this;
    }

    /** Logs everything at every level to this file in the directory. */
    RegistrarProcess withEverythingLogged(String file) {
        return edit(
                FastConfiguration.LOGGING,
                "logging:\n  level: ALL\n  appenders:\n    - {type: file, threshold: ALL, archive: false,"
                        + " currentLogFilename: " + directory.resolve(file) + "}\n");
    }

    /** Sends this secret with every call of a service, and calls it on another port if one is given. */
    RegistrarProcess withCredential(String service, String secret, @Nullable Integer port) {
        String variable = "TEST_CREDENTIAL_" + service.toUpperCase(Locale.ROOT);
        environment.put(variable, secret);
        String here = "    baseUrl: http://127.0.0.1:${SANDBOX_PORT:-8090}/" + service + "\n";
        String there = port == null ? here : here.replace("${SANDBOX_PORT:-8090}", port.toString());
        return edit(here, there + "    credential: {header: X-Api-Key, value: \"${" + variable + "}\"}\n");
    }

    /** Calls these providers from the next start on. */
    RegistrarProcess withServices(String section) {
        configuration.services(section);
        return this;
    }

    /** Uses this external PostgreSQL, which was started. */
    RegistrarProcess withDatabase(OutsidePostgres postgres) {
        database = postgres.probe();
        return withDatabase(postgres.url(), postgres.user(), postgres.password());
    }

    /** Uses an external PostgreSQL. */
    public RegistrarProcess withDatabase(String url, String user, String password) {
        environment.put("TEST_DATABASE_PASSWORD", password);
        withEncryptionKey();
        return edit(
                FastConfiguration.EMBEDDED_DATABASE,
                "  type: postgresql\n  url: " + url + "\n  user: " + user
                        + "\n  password: ${TEST_DATABASE_PASSWORD}\n");
    }

    /** Deletes registrations that ended this long ago, keys after 30 days and audit entries after 90, every 5 s. */
    RegistrarProcess withRetention(Duration ended) {
        configuration.add("\nretention: {idempotencyKeys: 30 d, endedRegistrations: " + ended.toDays()
                + " d, audit: 90 d, every: 5 s}\n");
        return this;
    }

    /** Runs the sandbox as a separate process that survives the service's death. */
    RegistrarProcess withSandboxOutside() {
        environment.put("SANDBOX_ENABLED", "false");
        startsSandbox = true;
        return this;
    }

    /** Uses the sandbox of another service, inside its process or separate. */
    RegistrarProcess withSandboxOf(RegistrarProcess other) {
        environment.put("SANDBOX_ENABLED", "false");
        sandbox = other.sandbox;
        environment.put("SANDBOX_PORT", Integer.toString(sandbox.port()));
        return this;
    }

    /** Uses a sandbox that somebody else runs, on this port. */
    public RegistrarProcess withSandboxOn(int port) {
        environment.put("SANDBOX_ENABLED", "false");
        sandbox = new WebClient(port);
        environment.put("SANDBOX_PORT", Integer.toString(port));
        return this;
    }

    /** On shutdown reports not ready and serves requests for this long. */
    public RegistrarProcess withDrain(String window) {
        return edit("drain: 0 s\n", "drain: " + window + "\n");
    }

    /** Uses a Temporal server on this port, running or not. */
    public RegistrarProcess withTemporal(int port) {
        withEncryptionKey();
        return edit(
                FastConfiguration.EMBEDDED_TEMPORAL, "temporal:\n  type: cluster\n  target: 127.0.0.1:" + port + "\n");
    }

    /**
     * Undos give up after few attempts and a short wait for an open breaker, and are left to operators. A delayed
     * message is always waited for, so that there is time for many cancels.
     */
    RegistrarProcess withUndoSoonGivenUp() {
        return undoSoonGivenUp(FastConfiguration.RETRY_LATER);
    }

    /** Accepts no more than this many registrations that have not ended. */
    public RegistrarProcess withMaxBacklog(int registrations) {
        return edit("  settleAfter: 5 s\n", "  maxBacklog: " + registrations + "\n  settleAfter: 5 s\n");
    }

    /** The same, but the service retries by itself, late enough for the whole backlog to build up first. */
    RegistrarProcess withUndoSoonTriedAgain() {
        return undoSoonGivenUp("  retryUndo: {first: 60 s, factor: 1, max: 60 s, for: 1 h}\n");
    }

    /**
     * Refunds are looked up again as late as in production: earlier lookups would be half of the cost of a large
     * backlog.
     */
    private RegistrarProcess undoSoonGivenUp(String retry) {
        edit(FastConfiguration.REFUND_WATCH, "  refundWatch: [1 d, 7 d, 30 d]\n");
        edit(FastConfiguration.RETRY, retry);
        edit(
                FastConfiguration.UNDO,
                FastConfiguration.UNDO
                        .replace("attempts: 10", "attempts: 2")
                        .replace("patience: 30 s", "patience: 5 s"));
        edit(
                FastConfiguration.MESSAGES_BREAKER,
                FastConfiguration.MESSAGES_BREAKER + "      window: 100\n      minimumCalls: 100\n");
        return edit(FastConfiguration.BEST_EFFORT, "attempts: 3\n      patience: 60 s\n");
    }

    /** Uses its own task queue: several services share the Temporal server, and each must work on its own database. */
    RegistrarProcess withTaskQueue(String name) {
        return edit("temporal:\n  type: cluster\n", "temporal:\n  type: cluster\n  taskQueue: " + name + "\n");
    }

    /** Sets its worker identity in Temporal. */
    public RegistrarProcess withIdentity(String name) {
        return edit("temporal:\n  type: cluster\n", "temporal:\n  type: cluster\n  identity: " + name + "\n");
    }

    /** The console links to the runbooks below this URL. */
    RegistrarProcess withRunbooks(String url) {
        configuration.add("\nconsole:\n  runbooks: " + url + "\n");
        return this;
    }

    /** Runs no step as a local activity. */
    public RegistrarProcess withDurableSteps() {
        return edit("      mode: local-first\n", "      mode: durable\n");
    }

    /** The default, again. */
    public RegistrarProcess withLocalFirstSteps() {
        String durable = "      mode: durable\n";
        return configuration.text().contains(durable) ? edit(durable, "      mode: local-first\n") : this;
    }

    /** The gateway cannot void, so charges can come late. What remains open is left to operators. */
    RegistrarProcess withLateCharges() {
        edit(FastConfiguration.RETRY, FastConfiguration.RETRY_LATER);
        return edit(FastConfiguration.PAYMENT, FastConfiguration.PAYMENT + "    guarantees: {voids: false}\n");
    }

    /** Critical calls, lookups and undos give up after waiting 6 s. */
    RegistrarProcess withShortPatience() {
        return edit("patience: 30 s", "patience: 6 s");
    }

    private RegistrarProcess edit(String part, String replacement) {
        configuration.edit(part, replacement);
        return this;
    }

    /** Migrates its external database by {@code db migrate}, as an operator does. */
    void migrate() {
        writeConfiguration();
        try (Program migration = launch("migrate", List.of("db", "migrate", "config.yml"))) {
            int code = migration.awaitEnd(READY_LIMIT);
            if (code != 0) {
                throw new AssertionError("db migrate ended with " + code + ":\n" + migration.output());
            }
        }
    }

    private Program launch(String name, List<String> arguments) {
        Path other = jar;
        return other == null
                ? Program.start(directory, name, environment, arguments)
                : Program.startJar(other, directory, name, environment, arguments);
    }

    private void writeConfiguration() {
        try {
            Files.writeString(directory.resolve("config.yml"), configuration.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts or restarts it and returns once it responds. */
    public RegistrarProcess start() {
        writeConfiguration();
        if (startsSandbox && sandboxProgram == null) {
            sandboxProgram = new SandboxProcess(directory, environment, sandbox.port()).start();
        }
        application.forgetConnections();
        admin.forgetConnections();
        sandbox.forgetConnections();
        long start = System.nanoTime();
        Program started = launch("registrar", List.of("server", "config.yml"));
        program = started;
        Poll.until(
                "the service answers",
                READY_LIMIT,
                () -> !started.isAlive()
                        || application.get("/v1/registrations?limit=1").status() > 0,
                started::output);
        if (!started.isAlive()) {
            throw new AssertionError("the service ended in its start:\n" + started.output());
        }
        startedIn = Duration.ofNanos(System.nanoTime() - start);
        return this;
    }

    /** {@code kill -9}: its PostgreSQL survives. */
    public void kill() {
        program().kill();
    }

    /** Sends SIGTERM and returns the exit code. */
    public int terminate() {
        return program().terminate();
    }

    /** From the start of the process to the first response. */
    Duration startedIn() {
        return startedIn;
    }

    public long pid() {
        return program().pid();
    }

    public Path directory() {
        return directory;
    }

    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    public WebClient application() {
        return application;
    }

    public RegistrationClient client() {
        return new RegistrationClient(application);
    }

    public WebClient admin() {
        return admin;
    }

    public OperatorClient operator() {
        return new OperatorClient(admin);
    }

    SandboxProbe sandbox() {
        return new SandboxProbe(sandbox);
    }

    public DatabaseProbe database() {
        return database;
    }

    public String output() {
        return program().output();
    }

    /** Whether it was started and has neither ended nor been killed. */
    public boolean isRunning() {
        return program != null && program.isAlive();
    }

    private Program program() {
        return Objects.requireNonNull(program, "not started");
    }

    @Override
    public void close() {
        try {
            if (program != null) {
                program.close();
            }
        } finally {
            if (sandboxProgram != null) {
                sandboxProgram.close();
            }
            embedded.endServer();
        }
    }
}
