package dev.registrar.access;

import dev.registrar.access.AccessRefusedException.RefusalWriter;
import dev.registrar.access.AuthenticationFactory.Authentication;
import dev.registrar.access.Caller.Role;
import dev.registrar.access.CrossSiteGuard.Arrival;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Guards the whole admin port: refuses requests of foreign pages, authenticates the caller and permits only the paths in the
 * table of rules. Later handlers find the id of the key in {@link HttpServletRequest#getRemoteUser}. Thread-safe.
 */
public final class AdminFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private final transient CrossSiteGuard guard;
    private final transient Authentication authentication;
    private final transient Optional<ConsoleSessions> sessions;
    private final transient Map<String, AdminRule> rules;
    private final transient RefusalWriter refusals;

    /**
     * @param sessions of browsers, beside the credentials of each request
     * @param rules by exact path, without the query, or by everything below a path: {@code /console/*}
     */
    public AdminFilter(
            CrossSiteGuard guard,
            Authentication authentication,
            Optional<ConsoleSessions> sessions,
            Map<String, AdminRule> rules,
            RefusalWriter refusals) {
        this.guard = guard;
        this.authentication = authentication;
        this.sessions = sessions;
        this.rules = Map.copyOf(rules);
        this.refusals = refusals;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest admitted;
        try {
            admitted = admit(request);
        } catch (AccessRefusedException e) {
            refusals.write(e, request, response);
            return;
        }
        chain.doFilter(admitted, response);
    }

    private HttpServletRequest admit(HttpServletRequest request) {
        Arrival arrival = new Arrival(
                request.getMethod(), header -> Collections.list(request.getHeaders(header)), request.getRemoteAddr());
        guard.check(arrival);
        AdminRule rule = rule(path(request));
        if (AdminRule.EVERYBODY.equals(rule)) {
            return request;
        }
        Caller caller = authenticate(request, arrival);
        if (rule == null) {
            throw AccessRefusedException.notFound();
        }
        if (!rule.admits(caller, request)) {
            throw AccessRefusedException.forbidden();
        }
        return caller.equals(Caller.ANONYMOUS) ? request : new NamedRequest(request, caller);
    }

    /** A request with credentials is judged by them alone, whatever cookies its client also sends. */
    private Caller authenticate(HttpServletRequest request, Arrival arrival) {
        List<String> credentials = arrival.all("Authorization");
        return sessions.filter(signIn -> credentials.isEmpty())
                .flatMap(signIn -> signIn.caller(request))
                .orElseGet(() -> authentication.authenticate(credentials, arrival.remoteAddress()));
    }

    /** The rule of the path itself, otherwise that of the nearest path above it. */
    private @Nullable AdminRule rule(String path) {
        AdminRule found = rules.get(path);
        for (int slash = path.lastIndexOf('/'); found == null && slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            found = rules.get(path.substring(0, slash) + "/*");
        }
        return found;
    }

    /** The path as servlets see it: decoded, without path parameters. */
    private static String path(HttpServletRequest request) {
        String info = request.getPathInfo();
        return request.getServletPath() + (info == null ? "" : info);
    }

    private static final class NamedRequest extends HttpServletRequestWrapper {

        private final Caller caller;

        private NamedRequest(HttpServletRequest request, Caller caller) {
            super(request);
            this.caller = caller;
        }

        @Override
        public @Nullable String getRemoteUser() {
            return caller.name();
        }

        @Override
        public Principal getUserPrincipal() {
            return caller;
        }
    }

    /** Who may call a path. Thread-safe. */
    @FunctionalInterface
    public interface AdminRule {

        /** Anyone, without a key: health checks, whose callers have none. */
        AdminRule EVERYBODY = (caller, request) -> true;

        AdminRule OPERATORS = (caller, request) -> caller.role() == Role.OPERATOR;

        AdminRule READERS = readersMay(request -> true);

        /** Operators may make every request, auditors only those for which this is true. */
        static AdminRule readersMay(Predicate<HttpServletRequest> reads) {
            return (caller, request) ->
                    OPERATORS.admits(caller, request) || (caller.role() == Role.AUDITOR && reads.test(request));
        }

        boolean admits(Caller caller, HttpServletRequest request);
    }
}
