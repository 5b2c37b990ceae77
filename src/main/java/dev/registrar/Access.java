package dev.registrar;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.access.AccessRefusedException.RefusalWriter;
import dev.registrar.access.AdminFilter;
import dev.registrar.access.AdminFilter.AdminRule;
import dev.registrar.access.ApplicationFilter;
import dev.registrar.access.AuthenticationFactory.Authentication;
import dev.registrar.access.ConsoleSessions;
import dev.registrar.access.ConsoleSessions.TokenSeal;
import dev.registrar.access.CrossSiteGuard;
import dev.registrar.access.OverloadFilter;
import dev.registrar.access.RateLimits;
import dev.registrar.access.RouteRules;
import dev.registrar.api.OpenApiResource;
import dev.registrar.api.Problem;
import dev.registrar.console.ConsolePort;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.servlets.tasks.TaskServlet;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.jetty.ee10.servlet.ServletHolder;

/** Who may call what, on both ports. */
final class Access {

    /** The other paths of the admin port. A path in neither table gets 404: pprof, metrics, the index. */
    private static final Map<String, AdminRule> PAGES = Map.of(
            "/ping", AdminRule.EVERYBODY,
            "/ready", AdminRule.EVERYBODY,
            "/healthcheck", AdminRule.EVERYBODY,
            "/prometheus", AdminRule.READERS,
            "/tasks", AdminRule.READERS,
            "/threads", AdminRule.OPERATORS);

    /** Dropwizard's own: one stops the world, the other can make the HTTP client log credentials. Neither is audited. */
    private static final Set<String> UNNEEDED_TASKS = Set.of("gc", "log-level");

    private final RegistrarConfiguration configuration;
    private final Connectors connectors;
    private final Authentication authentication;
    private final Optional<ConsoleSessions> sessions;
    private final RateLimits limits;
    private final RefusalWriter refusals;

    /** @param seal seals the cookies of browsers that have signed in */
    Access(RegistrarConfiguration configuration, ObjectMapper mapper, TokenSeal seal, Clock clock) {
        this.configuration = configuration;
        this.connectors = Connectors.of(configuration.getServerFactory());
        this.authentication = configuration.getAuth().build(clock);
        this.sessions = authentication.sessions(seal, clock);
        this.limits = new RateLimits(configuration.getLimits().rate(), clock);
        this.refusals = (refusal, request, response) -> {
            refusal.headers().forEach(response::setHeader);
            response.setStatus(refusal.status());
            response.setHeader("Cache-Control", "no-store");
            boolean console = request.getRequestURI().startsWith(ConsolePort.API);
            response.setContentType(console ? "application/json" : Problem.MEDIA_TYPE);
            Object body = console
                    ? Map.of("error", refusal.detail())
                    : Problem.of(refusal.status(), refusal.code(), refusal.detail());
            response.getOutputStream().write(mapper.writeValueAsBytes(body));
        };
    }

    /** Sign-in of browsers; empty if callers need not authenticate. */
    Optional<ConsoleSessions> sessions() {
        return sessions;
    }

    /**
     * @param tasks paths of the tasks, and which requests only read
     * @param console the rules of the console's paths
     */
    void guard(
            Map<String, Predicate<HttpServletRequest>> tasks, Map<String, AdminRule> console, Environment environment) {
        guardApplication(environment);
        guardAdmin(tasks, console, environment);
    }

    private void guardApplication(Environment environment) {
        first(environment
                .servlets()
                .addFilter(
                        "overload", new OverloadFilter(configuration.getLimits().concurrentRequests(), refusals)));
        // With API keys a proxy on this machine may send any Host, and a foreign page has no key.
        environment
                .jersey()
                .register(new ApplicationFilter(
                        guard(!configuration.getAuth().namesCallers()), authentication, limits, publicPaths()));
        environment.jersey().register(new RouteRules(limits));
    }

    /** On the application port. */
    private Set<String> publicPaths() {
        Set<String> paths = new HashSet<>(Set.of(OpenApiResource.PATH));
        paths.addAll(configuration.getDocs().publicPaths());
        return paths;
    }

    private void guardAdmin(
            Map<String, Predicate<HttpServletRequest>> tasks, Map<String, AdminRule> console, Environment environment) {
        ServletHolder holder = environment.getAdminContext().getServletHandler().getServlet("tasks");
        environment.lifecycle().addServerLifecycleListener(server -> removeUnneededTasks(holder));
        Map<String, AdminRule> rules = new HashMap<>(PAGES);
        rules.putAll(console);
        tasks.forEach((path, reads) -> rules.put(path, AdminRule.readersMay(reads)));
        Filter filter = new AdminFilter(guard(connectors.admin().isEmpty()), authentication, sessions, rules, refusals);
        first(environment.admin().addFilter("access", filter));
    }

    private CrossSiteGuard guard(boolean knownHostsOnly) {
        List<String> hosts = configuration.getCrossSite().hosts();
        return new CrossSiteGuard(hosts, knownHostsOnly);
    }

    private static void first(FilterRegistration.Dynamic filter) {
        filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
    }

    /** Removes them, so that they are not listed either. */
    private static void removeUnneededTasks(ServletHolder holder) {
        try {
            if (holder.getServlet() instanceof TaskServlet tasks) {
                tasks.getTasks().removeIf(task -> UNNEEDED_TASKS.contains(task.getName()));
            }
        } catch (ServletException e) {
            throw new IllegalStateException(e);
        }
    }
}
