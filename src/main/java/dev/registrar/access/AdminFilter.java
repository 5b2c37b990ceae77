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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Guards the whole admin port: refuses requests of foreign pages, authenticates the caller and permits only the paths in the
 * table of rules. Later handlers find the id of the key in {@link HttpServletRequest#getRemoteUser}. Thread-safe.
 */
public final class AdminFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private final transient CrossSiteGuard guard;
    private final transient Authentication authentication;
    private final transient Map<String, AdminRule> rules;
    private final transient RefusalWriter refusals;

    /** @param rules by exact path, without the query */
    public AdminFilter(
            CrossSiteGuard guard, Authentication authentication, Map<String, AdminRule> rules, RefusalWriter refusals) {
        this.guard = guard;
        this.authentication = authentication;
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
            refusals.write(e, response);
            return;
        }
        chain.doFilter(admitted, response);
    }

    private HttpServletRequest admit(HttpServletRequest request) {
        Arrival arrival = new Arrival(
                request.getMethod(), header -> Collections.list(request.getHeaders(header)), request.getRemoteAddr());
        guard.check(arrival);
        AdminRule rule = rules.get(path(request));
        if (rule == AdminRule.EVERYBODY) {
            return request;
        }
        Caller caller = authentication.authenticate(arrival.all("Authorization"), arrival.remoteAddress());
        if (rule == null) {
            throw AccessRefusedException.notFound();
        }
        if (!rule.admits(caller)) {
            throw AccessRefusedException.forbidden();
        }
        return caller.equals(Caller.ANONYMOUS) ? request : new NamedRequest(request, caller);
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

    public enum AdminRule {

        /** Anyone, without a key: health checks, whose callers have none. */
        EVERYBODY,

        READERS,

        OPERATORS;

        boolean admits(Caller caller) {
            return switch (this) {
                case EVERYBODY -> true;
                case READERS -> caller.role() == Role.OPERATOR || caller.role() == Role.AUDITOR;
                case OPERATORS -> caller.role() == Role.OPERATOR;
            };
        }
    }
}
