package dev.registrar.sandbox;

import io.dropwizard.lifecycle.Managed;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * The simulator of the four providers as a separate HTTP server, with its state in
 * {@link SandboxConfiguration#dataDirectory()}. Faults do not survive a stop; everything else does. It can be started
 * again after a stop.
 */
public final class SandboxServer implements Managed {

    private static final int MAX_THREADS = 32;
    /** Longer than clients keep idle connections: closing one earlier would be an unintended fault. */
    private static final long IDLE_MILLIS = 300_000;

    private static final int MAX_HEADERS = 16 * 1024;

    private final SandboxConfiguration configuration;
    private final Clock clock;
    private final RandomGenerator random;
    private @Nullable Running running;

    public SandboxServer(SandboxConfiguration configuration, Clock clock) {
        this(configuration, clock, new Random());
    }

    /** @param random for ids and for faults with a probability; thread-safe */
    public SandboxServer(SandboxConfiguration configuration, Clock clock, RandomGenerator random) {
        this.configuration = configuration;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public synchronized void start() throws Exception {
        if (running != null) {
            throw new IllegalStateException("the sandbox is already running");
        }
        Journal journal = Journal.open(configuration.dataDirectory());
        ScheduledThreadPoolExecutor scheduler = scheduler();
        try {
            Simulator simulator = new Simulator(journal, configuration, clock, random, scheduler);
            journal.recover(simulator::restore);
            SandboxHandler handler = new SandboxHandler(simulator, new FaultPlan(random), scheduler);
            Server server = started(server(handler));
            simulator.resumeLate();
            running = new Running(server, scheduler, journal);
        } catch (Exception e) {
            scheduler.shutdownNow();
            journal.close();
            throw e;
        }
    }

    @Override
    public synchronized void stop() throws Exception {
        Running stopping = running;
        running = null;
        if (stopping != null) {
            try {
                stopping.server.stop();
            } finally {
                stopping.scheduler.shutdownNow();
                stopping.journal.close();
            }
        }
    }

    /** The TCP port it listens on; only while it runs. */
    public synchronized int port() {
        if (running == null) {
            throw new IllegalStateException("the sandbox is not running");
        }
        return ((ServerConnector) running.server.getConnectors()[0]).getLocalPort();
    }

    /** The base URLs of the providers and of the control API, in the order profile, payment, email, sms, sandbox. */
    public List<String> urls() {
        String base = "http://" + configuration.bindHost() + ":" + port() + "/";
        return List.of(base + "profile", base + "payment", base + "email", base + "sms", base + "sandbox");
    }

    private static Server started(Server server) throws Exception {
        try {
            server.start();
            return server;
        } catch (Exception e) {
            // Otherwise a port in use would leave threads behind.
            server.stop();
            throw e;
        }
    }

    private Server server(SandboxHandler handler) {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
        threads.setName("sandbox");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setHttpCompliance(HttpCompliance.RFC9110);
        http.setRequestHeaderSize(MAX_HEADERS);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(configuration.bindHost());
        connector.setPort(configuration.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setAcceptedTcpNoDelay(true);
        server.addConnector(connector);
        server.setHandler(handler);
        server.setErrorHandler((request, response, callback) -> {
            int status = response.getStatus();
            Reply reply = Reply.error(status, "http_" + status, "the request could not be read");
            ReplySender.plain(response, reply, callback);
            return true;
        });
        return server;
    }

    private static ScheduledThreadPoolExecutor scheduler() {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "sandbox-timer");
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setRemoveOnCancelPolicy(true);
        return scheduler;
    }

    private record Running(Server server, ScheduledThreadPoolExecutor scheduler, Journal journal) {}
}
