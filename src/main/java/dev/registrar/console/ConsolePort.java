package dev.registrar.console;

import dev.registrar.access.AdminFilter.AdminRule;
import dev.registrar.access.ConsoleSessions;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.servlets.assets.AssetServlet;
import jakarta.servlet.DispatcherType;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Registers the console on the admin port: the files of the page, its JSON, its sign-in, and the headers of all of them. */
public record ConsolePort(ConsoleConfiguration configuration, ConsoleReads reads, String namespace) {

    /** Below this path everything is JSON, refusals too. */
    public static final String API = "/console/api/";

    private static final String HOME = "/console";

    /** The version is that of the pom. */
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist";

    private static final Set<String> READING = Set.of("GET", "HEAD");

    /** Nothing in the files is secret: they are loaded before anybody has signed in. */
    private static final Map<String, AdminRule> RULES = Map.of(
            HOME,
            AdminRule.EVERYBODY,
            HOME + "/*",
            AdminRule.EVERYBODY,
            HOME + "/api/session",
            AdminRule.EVERYBODY,
            HOME + "/api/*",
            AdminRule.readersMay(request -> READING.contains(request.getMethod())));

    /** Who may call which paths; empty if the console is switched off. */
    public Map<String, AdminRule> rules() {
        return configuration.enabled() ? RULES : Map.of();
    }

    /**
     * Call this when {@code environment}'s object mapper is configured for the REST interface, and after the filter that guards the
     * port was added: the filter added last runs first, so that refusals have the console's headers too.
     *
     * @param sessions empty if callers need not authenticate
     */
    public void register(Environment environment, Optional<ConsoleSessions> sessions) {
        if (!configuration.enabled()) {
            return;
        }
        JsonReply replies = new JsonReply(environment.getObjectMapper());
        environment
                .admin()
                .addFilter("console-headers", new ConsoleHeaders())
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, HOME + "/*");
        environment
                .admin()
                .addServlet("console", new AssetServlet(HOME, HOME, "index.html", StandardCharsets.UTF_8))
                .addMapping(HOME + "/*");
        environment
                .admin()
                .addServlet(
                        "console-uplot", new AssetServlet(UPLOT, HOME + "/vendor/uplot", null, StandardCharsets.UTF_8))
                .addMapping(HOME + "/vendor/uplot/*");
        environment
                .admin()
                .addServlet("console-api", new ConsoleServlet(configuration, reads, namespace, replies))
                .addMapping(HOME + "/api/*");
        environment
                .admin()
                .addServlet("console-session", new SessionServlet(configuration, sessions, replies))
                .addMapping(HOME + "/api/session");
    }
}
