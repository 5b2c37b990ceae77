package dev.registrar.faults;

import dev.registrar.faults.FaultWorld.Instance;
import dev.registrar.flow.Poll;
import dev.registrar.standin.Toxiproxy.Line;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Everything that can break in a {@link FaultWorld}. */
final class Faults {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> SERVICES = List.of("profile", "payment", "email", "sms");

    private final FaultWorld world;
    private final Random random;

    Faults(FaultWorld world, Random random) {
        this.world = world;
        this.random = random;
    }

    /** What the network does to one line. */
    enum Network {
        REFUSED,
        REQUESTS_LOST,
        ANSWERS_LOST,
        ANSWERS_RESET,
        ANSWERS_HELD,
        ALL_HELD,
        SLOW,
        SLICED,
        CUT;

        private void breakLine(Line line) {
            switch (this) {
                case REFUSED -> line.refuse();
                case REQUESTS_LOST -> line.loseRequests();
                case ANSWERS_LOST -> line.loseAnswers();
                case ANSWERS_RESET -> line.resetAnswers();
                case ANSWERS_HELD -> line.holdAnswers();
                case ALL_HELD -> line.holdRequests();
                case SLOW -> line.delayAnswers(Duration.ofMillis(700));
                case SLICED -> line.sliceAnswers();
                case CUT -> line.cutAnswersAfter(3_000);
            }
        }
    }

    Fault killed(int instance) {
        return new Fault(
                "kill -9 of instance " + instance, () -> world.kill(world.instance(instance)), world::startAll);
    }

    Fault bothKilled() {
        return new Fault("kill -9 of both instances", () -> world.instances().forEach(world::kill), world::startAll);
    }

    Fault terminated(int instance) {
        return new Fault(
                "SIGTERM of instance " + instance,
                () -> {
                    int code = world.instance(instance).process().terminate();
                    if (code != 0 && code != 143) {
                        throw new AssertionError("SIGTERM: it ended with " + code);
                    }
                },
                world::startAll);
    }

    Fault stopped(int instance) {
        return stopped(
                "instance " + instance, () -> world.instance(instance).process().pid());
    }

    Fault temporalStopped() {
        return stopped("Temporal", () -> world.temporalServer().pid());
    }

    Fault postgresStopped() {
        return stopped("PostgreSQL", () -> world.postgres().pid());
    }

    Fault sandboxStopped() {
        return stopped("the providers", () -> world.sandboxProcess().pid());
    }

    private interface Pid {
        long pid();
    }

    private static Fault stopped(String what, Pid process) {
        return new Fault("SIGSTOP of " + what, () -> Signals.stop(process.pid()), () -> Signals.resume(process.pid()));
    }

    Fault temporalKilled() {
        return new Fault(
                "kill -9 of Temporal",
                world::killTemporal,
                () -> world.temporalServer().start());
    }

    Fault postgresKilled() {
        return new Fault("kill -9 of PostgreSQL", world::killPostgres, this::awaitPostgres);
    }

    void awaitPostgres() {
        Poll.until(
                "PostgreSQL answers",
                LIMIT,
                () -> world.database().rows("SELECT 1 WHERE '' = ?", "").size() == 1);
    }

    Fault sandboxKilled() {
        return new Fault(
                "kill -9 of the providers",
                world::killSandbox,
                () -> world.sandboxProcess().start());
    }

    /** @param line 0 to PostgreSQL, 1 to Temporal, 2 to the providers */
    Fault network(Network kind, int instance, int line) {
        Line broken = world.instance(instance).lines().get(line);
        return new Fault(
                kind + " between instance " + instance + " and "
                        + List.of("PostgreSQL", "Temporal", "the providers").get(line),
                () -> kind.breakLine(broken),
                broken::heal);
    }

    /**
     * A fault of the sandbox.
     *
     * @param fault the fields after the service, for example {@code "kind": "empty", "probability": 0.5}
     */
    Fault provider(String service, String fault) {
        String name = service + " " + fault.replace("\"", "");
        return new Fault(
                name,
                () -> world.providerFault(name, "{\"service\": \"" + service + "\", " + fault + "}"),
                () -> world.noProviderFault(name));
    }

    /** E-mails take half a second, so that more registrations are under way; far from their deadline. */
    Fault slowEmail() {
        return provider("email", "\"kind\": \"latency\", \"millis\": 500");
    }

    /** As the other side of a failover. */
    Fault postgresReadOnly() {
        return new Fault("PostgreSQL read-only", () -> readOnly("on"), () -> readOnly("off"));
    }

    private void readOnly(String value) {
        world.database().execute("ALTER SYSTEM SET default_transaction_read_only = " + value);
        world.database().execute("SELECT pg_reload_conf()");
    }

    /** PostgreSQL's file system has no byte left. */
    Fault diskFull() {
        Path ballast = world.disk().resolve("ballast");
        return new Fault("disk full under PostgreSQL", () -> fill(ballast), () -> {
            Files.deleteIfExists(ballast);
            awaitPostgres();
        });
    }

    private static void fill(Path file) throws IOException {
        byte[] zeros = new byte[1 << 20];
        for (int size = zeros.length; size >= 4_096; size /= 2) {
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(zeros, 0, size);
                }
            } catch (IOException e) {
                // Full for pieces of this size.
            }
        }
    }

    /** Whether the clock of one process can be set. */
    static boolean canFakeTime() {
        return libfaketime().isPresent();
    }

    private static Optional<Path> libfaketime() {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(folder -> folder.resolve("faketime").resolve("libfaketime.so.1"))
                    .filter(Files::exists)
                    .findAny();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The instance's clock is off from its next start on, until the one after. */
    Fault clockOff(int instance, String offset) {
        Path library = libfaketime().orElseThrow();
        Instance skewed = world.instance(instance);
        return new Fault(
                "clock of instance " + instance + " off by " + offset,
                () -> restart(
                        skewed,
                        Map.of(
                                "LD_PRELOAD",
                                library.toString(),
                                "FAKETIME",
                                offset,
                                "FAKETIME_DONT_FAKE_MONOTONIC",
                                "1",
                                // Otherwise every timed wait of a JVM ends at once with this version of glibc.
                                "FAKETIME_FORCE_MONOTONIC_FIX",
                                "0")),
                () -> restart(skewed, Map.of("LD_PRELOAD", "", "FAKETIME", "+0")));
    }

    private void restart(Instance instance, Map<String, String> variables) {
        instance.process().terminate();
        instance.process().withVariables(variables);
        world.startAll();
    }

    /** Any fault, drawn at random, that lasts for a while and leaves the others their effect. */
    Fault drawn() {
        int instance = random.nextInt(2);
        return switch (random.nextInt(14)) {
            case 0 -> killed(instance);
            case 1 -> bothKilled();
            case 2 -> terminated(instance);
            case 3 -> stopped(instance);
            case 4 -> temporalKilled();
            case 5 -> temporalStopped();
            case 6 -> postgresKilled();
            case 7 -> sandboxKilled();
            case 8 -> sandboxStopped();
            case 9 -> postgresReadOnly();
            case 10, 11 -> network(one(List.of(Network.values())), instance, random.nextInt(3));
            default -> provider(one(SERVICES), one(PROVIDER_FAULTS) + ", \"probability\": 0.5");
        };
    }

    /** Whatever a provider can do to any of its calls. */
    static final List<String> PROVIDER_FAULTS = List.of(
            "\"kind\": \"hang_before\"",
            "\"kind\": \"hang_after\"",
            "\"kind\": \"reset_before\"",
            "\"kind\": \"reset_after\"",
            "\"kind\": \"drip\"",
            "\"kind\": \"status\", \"status\": 500",
            "\"kind\": \"malformed\", \"status\": 500",
            "\"kind\": \"status\", \"status\": 429, \"retryAfter\": 1",
            "\"kind\": \"malformed\"",
            "\"kind\": \"empty\"",
            "\"kind\": \"huge\"",
            "\"kind\": \"status\", \"status\": 401",
            "\"kind\": \"status\", \"status\": 403",
            "\"kind\": \"latency\", \"millis\": 1500");

    <T> T one(List<T> choice) {
        return choice.get(random.nextInt(choice.size()));
    }
}
