package dev.registrar;

import dev.registrar.model.Directories;
import dev.registrar.model.UnreadableFile;
import dev.registrar.notification.template.TemplateLoader.TemplateError;
import io.dropwizard.client.ssl.TlsConfiguration;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.jetty.HttpsConnectorFactory;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import io.dropwizard.logging.common.LoggingFactory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a start needs beyond a file that can be read: secrets, keys, key stores and templates. The commands {@code check} and {@code
 * server} both run it before anything else, so that they refuse the same files in the same words. Makes no calls and creates
 * nothing.
 */
final class StartupChecks implements ConfiguredBundle<RegistrarConfiguration> {

    /** YAML reads an OFF without quotes as false, and Dropwizard that as OFF. */
    private static final Set<String> LEVELS =
            Set.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL", "FALSE", "TRUE");

    @Override
    public void run(RegistrarConfiguration configuration, Environment environment) {
        refuse(configuration);
    }

    /** @throws ConfigurationRefusedException with one line for each thing that is missing or cannot be used */
    static void refuse(RegistrarConfiguration configuration) {
        List<ConfigurationProblem> problems = new ArrayList<>();
        configuration.getServices().all().forEach((name, provider) -> {
            String section = "services." + name;
            attempt(section, problems, provider::secrets);
            provider.stores().forEach((option, stores) -> checkStores(section + "." + option, stores, problems));
        });
        attempt("database", problems, configuration.getDatabase()::checkFiles);
        attempt("temporal", problems, configuration.getTemporal()::checkFiles);
        attempt("encryption", problems, () -> Encryption.check(configuration));
        if (problems.isEmpty()) {
            attempt("", problems, () -> SampleSecrets.refuse(configuration));
        }
        for (TemplateError error :
                configuration.getNotification().loader().renderAll().errors()) {
            problems.add(new ConfigurationProblem("notification.templates", error.toString()));
        }
        attempt(
                "",
                problems,
                () -> Directories.requireNoFile(
                        "sandbox.dataDirectory", configuration.getSandbox().dataDirectory()));
        checkConnectors(configuration.getServerFactory(), problems);
        checkLevels(configuration.getLoggingFactory(), problems);
        if (!problems.isEmpty()) {
            throw configuration.refusal(problems);
        }
    }

    private static void attempt(String section, List<ConfigurationProblem> problems, Runnable check) {
        try {
            check.run();
        } catch (IllegalStateException e) {
            problems.add(ConfigurationProblem.in(section, String.valueOf(e.getMessage())));
        }
    }

    private static void checkConnectors(ServerFactory server, List<ConfigurationProblem> problems) {
        if (server instanceof DefaultServerFactory two) {
            checkConnectors("server.applicationConnectors", two.getApplicationConnectors(), problems);
            checkConnectors("server.adminConnectors", two.getAdminConnectors(), problems);
            checkPorts(two, problems);
        } else if (server instanceof SimpleServerFactory one) {
            checkConnector("server.connector", one.getConnector(), problems);
        }
    }

    private static void checkConnectors(
            String option, List<ConnectorFactory> connectors, List<ConfigurationProblem> problems) {
        if (connectors.isEmpty()) {
            problems.add(new ConfigurationProblem(option, "is empty: one connector is needed at least"));
        }
        for (int i = 0; i < connectors.size(); i++) {
            checkConnector(option + "[" + i + "]", connectors.get(i), problems);
        }
    }

    /** One port for both would be reported as one that another program uses. */
    private static void checkPorts(DefaultServerFactory server, List<ConfigurationProblem> problems) {
        for (int i = 0; i < server.getAdminConnectors().size(); i++) {
            if (server.getAdminConnectors().get(i) instanceof HttpConnectorFactory admin
                    && admin.getPort() != 0
                    && server.getApplicationConnectors().stream()
                            .anyMatch(each -> each instanceof HttpConnectorFactory other
                                    && other.getPort() == admin.getPort()
                                    && Objects.equals(other.getBindHost(), admin.getBindHost()))) {
                problems.add(new ConfigurationProblem(
                        "server.adminConnectors[" + i + "].port", "is also a port of server.applicationConnectors"));
            }
        }
    }

    /** Logback takes an unknown level for DEBUG, Dropwizard for INFO. */
    private static void checkLevels(LoggingFactory logging, List<ConfigurationProblem> problems) {
        if (logging instanceof DefaultLoggingFactory known) {
            checkLevel("logging.level", known.getLevel(), problems);
            known.getLoggers().forEach((name, level) -> {
                if (level.isValueNode()) {
                    checkLevel("logging.loggers." + name, level.asText(), problems);
                }
            });
        }
    }

    private static void checkLevel(String option, String level, List<ConfigurationProblem> problems) {
        if (!LEVELS.contains(level.toUpperCase(Locale.ROOT))) {
            problems.add(new ConfigurationProblem(option, "is one of \"OFF\", ERROR, WARN, INFO, DEBUG, TRACE, ALL"));
        }
    }

    private static void checkConnector(String option, ConnectorFactory connector, List<ConfigurationProblem> problems) {
        if (connector instanceof HttpsConnectorFactory https) {
            checkStore(
                    option + ".keyStorePath",
                    file(https.getKeyStorePath()),
                    https.getKeyStoreType(),
                    https.getKeyStorePassword(),
                    problems);
            checkStore(
                    option + ".trustStorePath",
                    file(https.getTrustStorePath()),
                    https.getTrustStoreType(),
                    https.getTrustStorePassword(),
                    problems);
        }
    }

    private static @Nullable File file(@Nullable String path) {
        return path == null ? null : new File(path);
    }

    private static void checkStores(String option, TlsConfiguration tls, List<ConfigurationProblem> problems) {
        checkStore(
                option + ".keyStorePath",
                tls.getKeyStorePath(),
                tls.getKeyStoreType(),
                tls.getKeyStorePassword(),
                problems);
        checkStore(
                option + ".trustStorePath",
                tls.getTrustStorePath(),
                tls.getTrustStoreType(),
                tls.getTrustStorePassword(),
                problems);
    }

    private static void checkStore(
            String option,
            @Nullable File file,
            String type,
            @Nullable String password,
            List<ConfigurationProblem> problems) {
        if (file == null) {
            return;
        }
        Path path = file.toPath();
        try (InputStream in = Files.newInputStream(path)) {
            KeyStore.getInstance(type).load(in, password == null ? null : password.toCharArray());
        } catch (IOException e) {
            problems.add(new ConfigurationProblem(option, reason(path, type, e)));
        } catch (GeneralSecurityException e) {
            problems.add(new ConfigurationProblem(option, "the file " + path + " is no key store of type " + type));
        }
    }

    private static String reason(Path path, String type, IOException e) {
        if (e.getCause() instanceof UnrecoverableKeyException) {
            return "the password does not open the key store " + path;
        }
        return Files.isRegularFile(path) && Files.isReadable(path)
                ? "the file " + path + " is no key store of type " + type
                : UnreadableFile.reason(path, e);
    }
}
