package dev.registrar;

import dev.registrar.notification.template.TemplateLoader.Rendering;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintStream;
import net.sourceforge.argparse4j.impl.Arguments;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/**
 * {@code check config.yml}: refuses what {@code server} would refuse, by the same code, and renders every template with sample
 * values. Starts nothing and makes no calls unless {@code --connect} is given. Exits with 0, or with 1 and a line for each error.
 */
final class CheckCommand extends ConfiguredCommand<RegistrarConfiguration> {

    private final MeterRegistry registry;
    private final PrintStream out;

    /** @param registry receives the metrics of {@code --connect} */
    CheckCommand(MeterRegistry registry, PrintStream out) {
        super("check", "Validates the configuration as server does, with all files that it names; starts nothing");
        this.registry = registry;
        this.out = out;
    }

    @Override
    protected Class<RegistrarConfiguration> getConfigurationClass() {
        return RegistrarConfiguration.class;
    }

    @Override
    public void configure(Subparser subparser) {
        super.configure(subparser);
        subparser
                .addArgument("--connect")
                .action(Arguments.storeTrue())
                .help("also ask the database, Temporal and the providers' host names whether they are there");
    }

    @Override
    protected void run(
            Bootstrap<RegistrarConfiguration> bootstrap, Namespace namespace, RegistrarConfiguration configuration) {
        StartupChecks.refuse(configuration);
        for (Rendering rendering :
                configuration.getNotification().loader().renderAll().renderings()) {
            out.println(rendering.file());
            rendering.text().lines().forEach(line -> out.println(("    " + line).stripTrailing()));
        }
        if (Boolean.TRUE.equals(namespace.getBoolean("connect"))) {
            ConnectionChecks.refuse(configuration, registry);
            out.println("The database, Temporal and the providers' host names are there.");
        }
        out.println("The configuration can be used.");
        configuration
                .getServices()
                .all()
                .forEach((service, provider) -> out.printf("    %-8s %s%n", service, provider.providerName()));
    }
}
