package dev.registrar;

import dev.registrar.notification.template.TemplateLoader.Rendering;
import dev.registrar.notification.template.TemplateLoader.TemplateReport;
import dev.registrar.outbound.ProviderFactory;
import io.dropwizard.core.cli.ConfiguredCommand;
import io.dropwizard.core.setup.Bootstrap;
import java.io.PrintStream;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Namespace;

/**
 * {@code check config.yml}: reads the configuration as {@code server} would, with its secrets, and renders every template with
 * sample values. Makes no calls and starts nothing. Exits with status 0, or with 1 and a sentence for each error.
 */
final class CheckCommand extends ConfiguredCommand<RegistrarConfiguration> {

    private final PrintStream out;

    CheckCommand(PrintStream out) {
        super("check", "Reads the configuration, its secrets and the message templates; makes no calls");
        this.out = out;
    }

    private static void readSecrets(String service, ProviderFactory provider) {
        try {
            provider.secrets();
        } catch (IllegalStateException e) {
            throw new IllegalStateException("services." + service + ": " + e.getMessage() + ".", e);
        }
    }

    @Override
    protected Class<RegistrarConfiguration> getConfigurationClass() {
        return RegistrarConfiguration.class;
    }

    @Override
    protected void run(
            Bootstrap<RegistrarConfiguration> bootstrap, Namespace namespace, RegistrarConfiguration configuration) {
        SampleSecrets.refuse(configuration);
        configuration.getServices().all().forEach(CheckCommand::readSecrets);
        TemplateReport report = configuration.getNotification().loader().renderAll();
        for (Rendering rendering : report.renderings()) {
            out.println(rendering.file());
            rendering.text().lines().forEach(line -> out.println(("    " + line).stripTrailing()));
        }
        if (!report.errors().isEmpty()) {
            throw new IllegalStateException(report.errors().stream()
                    .map(Object::toString)
                    .collect(Collectors.joining("\n", "The templates cannot be used:\n", "")));
        }
        out.println("The configuration can be used.");
        configuration
                .getServices()
                .all()
                .forEach((service, provider) -> out.printf("    %-8s %s%n", service, provider.providerName()));
    }
}
