package dev.registrar;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.registrar.access.CrossSiteGuard;
import dev.registrar.demo.Demonstration;
import dev.registrar.demo.Demonstration.DemoRefusedException;
import dev.registrar.demo.Screen;
import dev.registrar.demo.Screen.Terminal;
import dev.registrar.outbound.ProviderFactory;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.LoggerFactory;

/**
 * {@code demo config.yml}: starts the service as {@code server} does, runs the {@link Demonstration} and stays up. With
 * {@code --exit} it exits instead, with status 0 if every registration ended as expected and 1 otherwise. Because it
 * sends charges, it refuses services other than the sandbox of the same configuration.
 */
final class DemoCommand extends ServerCommand<RegistrarConfiguration> {

    private final Clock clock;
    private final IntConsumer exit;
    private final Screen screen;
    private Instant begun;

    /** @param exit ends the process with a status */
    DemoCommand(Application<RegistrarConfiguration> application, Clock clock, IntConsumer exit) {
        super(application, "demo", "Runs the service, sends it a few registrations and checks how they end");
        this.clock = clock;
        this.exit = exit;
        this.screen = Terminal.screen();
        this.begun = clock.instant();
    }

    @Override
    public void configure(Subparser subparser) {
        super.configure(subparser);
        subparser
                .addArgument("--exit")
                .action(Arguments.storeTrue())
                .help("exit after the summary: status 0 if all ended as expected, 1 otherwise");
    }

    @Override
    protected void run(
            Bootstrap<RegistrarConfiguration> bootstrap, Namespace namespace, RegistrarConfiguration configuration)
            throws Exception {
        begun = clock.instant();
        checkSandbox(configuration);
        quieten();
        screen.say("Registrar demo: starting the database, Temporal, the sandbox and the service ...");
        super.run(bootstrap, namespace, configuration);
    }

    @Override
    protected void run(Environment environment, Namespace namespace, RegistrarConfiguration configuration)
            throws Exception {
        CompletableFuture<Server> started = new CompletableFuture<>();
        environment.lifecycle().addServerLifecycleListener(started::complete);
        super.run(environment, namespace, configuration);
        String service = url(started.join(), "application");
        String admin = url(started.join(), "admin");
        String sandbox = "http://127.0.0.1:" + configuration.getSandbox().port();
        screen.say(String.format("Ready after %.1f s.", seconds()));
        String run = UUID.randomUUID().toString().substring(0, 8);
        boolean asItShould = new Demonstration(service, sandbox, screen, clock, run).hold();
        screen.say(String.format("  %.1f s since the start.", seconds()));
        if (Boolean.TRUE.equals(namespace.getBoolean("exit"))) {
            exit.accept(asItShould ? 0 : 1);
            return;
        }
        screen.say("");
        screen.say("  It stays up; Ctrl-C ends it. To look at:");
        screen.say("     registrations     " + service + "/v1/registrations");
        screen.say("     one account       " + service + "/v1/users/demo-" + run + "-good");
        screen.say("     providers' ledger " + sandbox + "/sandbox/ledger");
        screen.say("     providers' books  " + sandbox + "/sandbox/summary");
        screen.say("     metrics           " + admin + "/prometheus");
        screen.say("     health            " + admin + "/healthcheck");
    }

    private double seconds() {
        return Duration.between(begun, clock.instant()).toMillis() / 1000.0;
    }

    private static void checkSandbox(RegistrarConfiguration configuration) {
        if (!configuration.getSandbox().enabled()) {
            throw new DemoRefusedException("The demo needs the sandbox: set `sandbox.enabled: true`.");
        }
        if (configuration.getAuth().namesCallers()) {
            throw new DemoRefusedException("The demo has no API key: set `auth.type: none`.");
        }
        int port = configuration.getSandbox().port();
        ServicesConfiguration services = configuration.getServices();
        for (ProviderFactory service : services.all().values()) {
            URI url = service.place();
            if (url.getPort() != port || !CrossSiteGuard.isLoopback(url.getHost())) {
                throw new DemoRefusedException("The demo charges cards and sends only to the sandbox: " + url
                        + " is not at 127.0.0.1:" + port + ", the sandbox's address (`sandbox.port`).");
            }
        }
    }

    /** Warnings and errors only, so that the timelines can be read. */
    private static void quieten() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLoggerList().stream()
                .filter(logger ->
                        logger.getLevel() != null && !logger.getLevel().isGreaterOrEqual(Level.WARN))
                .forEach(logger -> logger.setLevel(Level.WARN));
    }

    private static String url(Server server, String connectorName) {
        for (var connector : server.getConnectors()) {
            if (connector instanceof ServerConnector at && connectorName.equals(at.getName())) {
                String host = at.getHost() == null || at.getHost().equals("0.0.0.0") ? "127.0.0.1" : at.getHost();
                return "http://" + host + ":" + at.getLocalPort();
            }
        }
        throw new DemoRefusedException("The demo needs an HTTP connector for the " + connectorName + " port.");
    }
}
