package dev.registrar.flow;

import java.io.File;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A program that a suite needs and the build does not provide. If it is missing, the suite is skipped with one line on
 * standard output; with {@code CI=true} it fails instead, because a skipped suite proves nothing.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final RequiredTool TOOL = RequiredTool.TEMPORAL;
 * }</pre>
 */
public final class RequiredTool implements ExecutionCondition {

    /** Temporal's command line, which includes a development server. */
    public static final RequiredTool TEMPORAL = new RequiredTool(
            new Wanted(
                    "Temporal's command line",
                    "temporal",
                    "TEMPORAL_CLI",
                    "go install github.com/temporalio/cli/cmd/temporal@v1.5.1"),
            System.getenv(),
            System.out);

    public static final RequiredTool TEMPORAL_SERVER = new RequiredTool(
            new Wanted(
                    "Temporal's production server",
                    "server",
                    "TEMPORAL_SERVER",
                    "go install go.temporal.io/server/cmd/server@v1.29.1"),
            System.getenv(),
            System.out);

    /** Creates the production server's tables. */
    public static final RequiredTool TEMPORAL_SQL_TOOL = new RequiredTool(
            new Wanted(
                    "Temporal's schema tool",
                    "sql",
                    "TEMPORAL_SQL_TOOL",
                    "go install go.temporal.io/server/cmd/tools/sql@v1.29.1"),
            System.getenv(),
            System.out);

    /** Runs the Python client. */
    static final RequiredTool PYTHON = new RequiredTool(
            new Wanted("Python", "python3", "PYTHON", "apt-get install python3"), System.getenv(), System.out);

    static final RequiredTool PROMETHEUS = new RequiredTool(
            new Wanted("Prometheus", "prometheus", "PROMETHEUS", "apt-get install prometheus"),
            System.getenv(),
            System.out);

    /** Checks dashboards against Grafana's own schema; its source is with the tests. */
    public static final RequiredTool GRAFANA_SCHEMA = new RequiredTool(
            new Wanted(
                    "The checker of Grafana's schema",
                    "grafana-schema",
                    "GRAFANA_SCHEMA",
                    "go build -C src/test/resources/grafana-schema -o DIRECTORY/grafana-schema ."),
            System.getenv(),
            System.out);

    /** Prometheus' Alertmanager. */
    static final RequiredTool ALERTMANAGER = new RequiredTool(
            new Wanted(
                    "Alertmanager",
                    "prometheus-alertmanager",
                    "ALERTMANAGER",
                    "apt-get install prometheus-alertmanager"),
            System.getenv(),
            System.out);

    /** Alertmanager's command line. */
    static final RequiredTool AMTOOL = new RequiredTool(
            new Wanted("amtool", "amtool", "AMTOOL", "apt-get install prometheus-alertmanager"),
            System.getenv(),
            System.out);

    /** Schemathesis, which tests a service against its OpenAPI document. */
    static final RequiredTool SCHEMATHESIS = new RequiredTool(
            new Wanted("Schemathesis", "schemathesis", "SCHEMATHESIS", "pip install schemathesis==4.32.5"),
            System.getenv(),
            System.out);

    /** Stripe's own mock, which checks every parameter against Stripe's OpenAPI document. */
    public static final RequiredTool STRIPE_MOCK = new RequiredTool(
            new Wanted(
                    "stripe-mock", "stripe-mock", "STRIPE_MOCK", "go install github.com/stripe/stripe-mock@v0.203.0"),
            System.getenv(),
            System.out);

    /** A stateful stand-in for Stripe. */
    public static final RequiredTool LOCALSTRIPE = new RequiredTool(
            new Wanted("localstripe", "localstripe", "LOCALSTRIPE", "pip install localstripe==1.15.10"),
            System.getenv(),
            System.out);

    /** A SCIM 2.0 server. */
    public static final RequiredTool SCIM2_SERVER = new RequiredTool(
            new Wanted("scim2-server", "scim2-server", "SCIM2_SERVER", "pip install scim2-server==0.8.3"),
            System.getenv(),
            System.out);

    /** A directory with a SCIM API. */
    public static final RequiredTool KEYCLOAK = new RequiredTool(
            new Wanted(
                    "Keycloak",
                    "kc.sh",
                    "KEYCLOAK",
                    "unzip org.keycloak:keycloak-quarkus-dist:26.7.3:zip, the file is bin/kc.sh"),
            System.getenv(),
            System.out);

    /** A mail server. */
    public static final RequiredTool EXIM = new RequiredTool(
            new Wanted("Exim", "exim4", "EXIM", "apt-get install exim4-daemon-light"), System.getenv(), System.out);

    /** A mail server that fails at random on request. */
    public static final RequiredTool MAILPIT = new RequiredTool(
            new Wanted("Mailpit", "mailpit", "MAILPIT", "go install github.com/axllent/mailpit@v1.33.1"),
            System.getenv(),
            System.out);

    /** A stateful stand-in for Twilio and Resend. */
    public static final RequiredTool EMULATE = new RequiredTool(
            new Wanted("emulate", "emulate", "EMULATE", "npm install --global emulate@0.12.2, for Node 24"),
            System.getenv(),
            System.out);

    /** Damages connections. */
    public static final RequiredTool TOXIPROXY = new RequiredTool(
            new Wanted(
                    "Toxiproxy",
                    "toxiproxy-server",
                    "TOXIPROXY",
                    "go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0"),
            System.getenv(),
            System.out);

    /** A browser. */
    static final RequiredTool CHROMIUM = new RequiredTool(
            new Wanted("Chromium", "chromium", "CHROMIUM", "apt-get install chromium"), System.getenv(), System.out);

    /** Builds container images. */
    static final RequiredTool BUILDAH = new RequiredTool(
            new Wanted("Buildah", "buildah", "BUILDAH", "apt-get install buildah"), System.getenv(), System.out);

    /** Where Buildah keeps the base images of the Dockerfile. */
    static final RequiredTool IMAGE_STORE = new RequiredTool(
            new Wanted(
                    "The directory of the Dockerfile's base images",
                    "image-store",
                    "IMAGE_STORE",
                    ".ci/run makes ~/.cache/registrar/image/store"),
            System.getenv(),
            System.out,
            Files::isDirectory);

    static final RequiredTool COMPOSE_SCHEMA = new RequiredTool(
            new Wanted(
                    "The JSON schema of the Compose specification",
                    "compose-spec.json",
                    "COMPOSE_SCHEMA",
                    "go mod download -json github.com/compose-spec/compose-go/v2@v2.9.1, in its folder schema"),
            System.getenv(),
            System.out,
            Files::isReadable);

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(RequiredTool.class);

    private final Wanted wanted;
    private final Map<String, String> environment;
    private final PrintStream output;
    private final Predicate<Path> usable;

    RequiredTool(Wanted wanted, Map<String, String> environment, PrintStream output) {
        this(wanted, environment, output, file -> Files.isRegularFile(file) && Files.isExecutable(file));
    }

    /** @param usable whether the file can be used; a program must be executable */
    RequiredTool(Wanted wanted, Map<String, String> environment, PrintStream output, Predicate<Path> usable) {
        this.wanted = wanted;
        this.environment = environment;
        this.output = output;
        this.usable = usable;
    }

    /**
     * @param name for messages
     * @param program its file name on the PATH
     * @param variable the environment variable with its path; if set, the PATH is not searched
     * @param remedy a command that installs it
     */
    record Wanted(String name, String program, String variable, String remedy) {}

    /** The file, if it exists. */
    public Optional<Path> find() {
        String named = environment.getOrDefault(wanted.variable(), "");
        Stream<Path> places = named.isEmpty()
                ? Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                        .filter(directory -> !directory.isEmpty())
                        .map(directory -> Path.of(directory, wanted.program()))
                : Stream.of(Path.of(named));
        return places.filter(usable).map(Path::toAbsolutePath).findFirst();
    }

    /** The file, in a suite that is skipped without it. */
    public Path file() {
        return find().orElseThrow(() -> new IllegalStateException(missing()));
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<Path> found = find();
        if (found.isPresent()) {
            return ConditionEvaluationResult.enabled(wanted.name() + ": " + found.get());
        }
        if ("true".equals(environment.get("CI"))) {
            throw new IllegalStateException(missing());
        }
        context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(wanted, unused -> {
            output.println("SKIPPED, NOT TESTED: " + missing());
            return wanted;
        });
        return ConditionEvaluationResult.disabled(missing());
    }

    private String missing() {
        String named = environment.getOrDefault(wanted.variable(), "");
        String where = named.isEmpty()
                ? "no program \"" + wanted.program() + "\" on the PATH, and " + wanted.variable() + " is not set"
                : wanted.variable() + "=" + named + " cannot be used";
        return wanted.name() + " is missing (" + where + "). To get it: " + wanted.remedy();
    }
}
