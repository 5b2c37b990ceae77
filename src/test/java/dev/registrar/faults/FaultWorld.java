package dev.registrar.faults;

import dev.registrar.database.DurablePostgres;
import dev.registrar.flow.DatabaseProbe;
import dev.registrar.flow.Poll;
import dev.registrar.flow.RegistrarProcess;
import dev.registrar.flow.SandboxProbe;
import dev.registrar.flow.SandboxProcess;
import dev.registrar.flow.TemporalProbe;
import dev.registrar.flow.TemporalProductionServer;
import dev.registrar.standin.Toxiproxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Everything that takes part, each a real process: two instances of the service, Temporal's production server, a
 * PostgreSQL for each, and the sandbox. Every connection of an instance goes through a line of its own. The steps of
 * registrations that the second instance accepts are durable from the first attempt on. Thread-safe.
 */
final class FaultWorld implements AutoCloseable {

    static final int FIRST = 0;
    static final int SECOND = 1;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Room for the write-ahead log at its usual size. */
    private static final int DISK_MIB = 1_400;

    /** Short starts and little memory count more than peak speed. */
    private static final String JVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m";

    private final Path disk;
    private final boolean smallDisk;
    private final TemporalProductionServer temporal;
    private final DurablePostgres postgres;
    private final SandboxProcess sandbox;
    private final Toxiproxy toxiproxy;
    private final ProviderGate gate;
    private final List<Instance> instances = new ArrayList<>();
    private final Map<String, String> providerFaults = new LinkedHashMap<>();
    private final AtomicInteger kills = new AtomicInteger();

    /** An instance and the lines on which it reaches PostgreSQL, Temporal and the providers. */
    record Instance(
            int number,
            RegistrarProcess process,
            Toxiproxy.Line database,
            Toxiproxy.Line temporal,
            Toxiproxy.Line providers) {

        List<Toxiproxy.Line> lines() {
            return List.of(database, temporal, providers);
        }

        boolean isReady() {
            try {
                return process.operator().ready().status() == 200;
            } catch (RuntimeException e) {
                return false;
            }
        }
    }

    /** Starts everything and waits until both instances are ready. */
    FaultWorld(Path directory) {
        this(directory, process -> {});
    }

    /** @param configuring changes the configuration of each instance */
    FaultWorld(Path directory, Consumer<RegistrarProcess> configuring) {
        disk = made(directory.resolve("disk"));
        smallDisk = Signals.run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "none", disk.toString()) == 0;
        temporal = new TemporalProductionServer(made(directory.resolve("temporal")));
        postgres = DurablePostgres.start(disk.resolve("postgres"), 200);
        sandbox = new SandboxProcess(made(directory.resolve("sandbox"))).start();
        toxiproxy = Toxiproxy.start(directory);
        gate = new ProviderGate(sandbox.port(), 2);
        try {
            temporal.start();
            String url = postgres.migratedDatabase();
            for (int number : List.of(FIRST, SECOND)) {
                Instance instance = instance(made(directory.resolve("instance" + number)), number, url);
                configuring.accept(instance.process());
                instances.add(instance);
            }
            startAll();
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    private static Path made(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Instance instance(Path directory, int number, String url) {
        String letter = number == FIRST ? "First" : "Second";
        Toxiproxy.Line toDatabase = toxiproxy.lineTo("database" + letter, postgres.port());
        Toxiproxy.Line toTemporal = toxiproxy.lineTo("temporal" + letter, temporal.port());
        Toxiproxy.Line toProviders = toxiproxy.lineTo("providers" + letter, gate.port(number));
        RegistrarProcess process = new RegistrarProcess(directory)
                .withDatabase(
                        url.replace(":" + postgres.port(), ":" + toDatabase.port()),
                        postgres.user(),
                        postgres.password())
                .withTemporal(toTemporal.port())
                .withIdentity(letter)
                .withSandboxOn(toProviders.port())
                .withVariables(Map.of("JAVA_TOOL_OPTIONS", JVM));
        if (number == SECOND) {
            process.withDurableSteps();
        }
        return new Instance(number, process, toDatabase, toTemporal, toProviders);
    }

    List<Instance> instances() {
        return instances;
    }

    Instance instance(int number) {
        return instances.get(number);
    }

    DatabaseProbe database() {
        return new DatabaseProbe(postgres.directory());
    }

    DurablePostgres postgres() {
        return postgres;
    }

    TemporalProductionServer temporalServer() {
        return temporal;
    }

    TemporalProbe temporal() {
        return temporal.probe();
    }

    SandboxProcess sandboxProcess() {
        return sandbox;
    }

    SandboxProbe sandbox() {
        return sandbox.probe();
    }

    ProviderGate gate() {
        return gate;
    }

    /** How many processes were killed so far. */
    int kills() {
        return kills.get();
    }

    /** Whether PostgreSQL is on a file system of its own that can be filled. */
    boolean hasSmallDisk() {
        return smallDisk;
    }

    Path disk() {
        return disk;
    }

    void kill(Instance instance) {
        kills.incrementAndGet();
        instance.process().kill();
    }

    void killTemporal() {
        kills.incrementAndGet();
        temporal.kill();
    }

    void killSandbox() {
        kills.incrementAndGet();
        sandbox.kill();
    }

    /** It restarts by itself within a second. */
    void killPostgres() {
        kills.incrementAndGet();
        Signals.kill(postgres.pid());
    }

    /** Adds a fault of the sandbox under a name, or replaces the one with this name. */
    void providerFault(String name, String json) {
        synchronized (providerFaults) {
            providerFaults.put(name, json);
            sandbox().faults("[" + String.join(",", providerFaults.values()) + "]");
        }
    }

    void noProviderFault(String name) {
        synchronized (providerFaults) {
            providerFaults.remove(name);
            sandbox().faults("[" + String.join(",", providerFaults.values()) + "]");
        }
    }

    /** Starts the instances that do not run, at the same time, and waits until all are ready. */
    void startAll() {
        List<CompletableFuture<Void>> starts = instances.stream()
                .filter(instance -> !instance.process().isRunning())
                .map(instance ->
                        CompletableFuture.runAsync(() -> instance.process().start()))
                .toList();
        starts.forEach(CompletableFuture::join);
        instances.forEach(instance -> Poll.until(
                "instance " + instance.number() + " is ready",
                LIMIT,
                instance::isReady,
                () -> instance.process().output()));
    }

    /** Takes back everything that a case may have left broken. */
    void mend() {
        gate.disarm();
        Signals.resume(temporal.pid());
        Signals.resume(postgres.pid());
        Signals.resume(sandbox.pid());
        for (Instance instance : instances) {
            instance.lines().forEach(Toxiproxy.Line::heal);
            if (instance.process().isRunning()) {
                Signals.resume(instance.process().pid());
            }
        }
        if (ProcessHandle.of(temporal.pid()).isEmpty()) {
            temporal.start();
        }
        sandbox.start();
        synchronized (providerFaults) {
            providerFaults.clear();
            sandbox().noFaults();
        }
        startAll();
    }

    @Override
    public void close() {
        List<AutoCloseable> parts = new ArrayList<>();
        instances.forEach(instance -> parts.add(instance.process()));
        parts.addAll(List.of(gate, toxiproxy, sandbox, temporal, postgres));
        if (smallDisk) {
            parts.add(() -> Signals.run("umount", disk.toString()));
        }
        RuntimeException failure = null;
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception | AssertionError e) {
                failure = failure == null ? new IllegalStateException(e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
