package dev.registrar.sandbox;

import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import net.sourceforge.argparse4j.inf.Namespace;

/**
 * {@code sandbox config.yml}: runs the sandbox alone until SIGTERM or SIGINT, regardless of {@code enabled}, and prints
 * its URLs once it listens.
 *
 * @param <C> the application's configuration
 */
public final class SandboxCommand<C extends Configuration> extends ConfiguredCommand<C> {

    private final Class<C> configurationClass;
    private final Function<C, SandboxConfiguration> section;
    private final Clock clock;

    public SandboxCommand(Class<C> configurationClass, Function<C, SandboxConfiguration> section, Clock clock) {
        super("sandbox", "Runs only the simulator of the four providers");
        this.configurationClass = configurationClass;
        this.section = section;
        this.clock = clock;
    }

    @Override
    protected Class<C> getConfigurationClass() {
        return configurationClass;
    }

    @Override
    protected void run(Bootstrap<C> bootstrap, Namespace namespace, C configuration) throws Exception {
        SandboxServer server = new SandboxServer(section.apply(configuration), clock);
        server.start();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, stopped), "sandbox-stop"));
        server.urls().forEach(System.out::println);
        stopped.await();
    }

    private static void stop(SandboxServer server, CountDownLatch stopped) {
        try {
            server.stop();
        } catch (Exception e) {
            System.err.println("the sandbox did not stop cleanly: " + e.getMessage());
        } finally {
            stopped.countDown();
        }
    }
}
