package dev.registrar.access;

import dev.registrar.access.AuthenticationFactory.Authentication;
import dev.registrar.access.CrossSiteGuard.Arrival;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.List;
import java.util.Set;

/**
 * Guards the REST interface: refuses requests of foreign pages, authenticates the caller and applies rate limits. Runs before
 * routes are matched, so that refused clients do not learn which routes exist. Public paths are read without a key, and no
 * rate counts them: otherwise anybody could use up the limit that all callers share. Thread-safe.
 */
@PreMatching
@Priority(Priorities.AUTHENTICATION)
public final class ApplicationFilter implements ContainerRequestFilter {

    private final CrossSiteGuard guard;
    private final Authentication authentication;
    private final RateLimits limits;
    private final Set<String> publicPaths;

    @Context
    @SuppressWarnings("NullAway.Init") // injected by Jersey, a proxy for the current request
    private HttpServletRequest servletRequest;

    /** @param publicPaths without the slash at the start; the methods behind them are marked {@link RouteRules.Public} */
    public ApplicationFilter(
            CrossSiteGuard guard, Authentication authentication, RateLimits limits, Set<String> publicPaths) {
        this.guard = guard;
        this.authentication = authentication;
        this.limits = limits;
        this.publicPaths = Set.copyOf(publicPaths);
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Arrival arrival = new Arrival(
                request.getMethod(),
                header -> request.getHeaders().getOrDefault(header, List.of()),
                servletRequest.getRemoteAddr());
        guard.check(arrival);
        if (isPublic(request)) {
            return;
        }
        Caller caller = authentication.authenticate(arrival.all(HttpHeaders.AUTHORIZATION), arrival.remoteAddress());
        limits.request(caller);
        request.setSecurityContext(
                new CallerContext(caller, request.getSecurityContext().isSecure()));
    }

    private boolean isPublic(ContainerRequestContext request) {
        return (request.getMethod().equals("GET") || request.getMethod().equals("HEAD"))
                && publicPaths.contains(request.getUriInfo().getPath());
    }

    private record CallerContext(Caller caller, boolean secure) implements SecurityContext {

        @Override
        public Principal getUserPrincipal() {
            return caller;
        }

        @Override
        public boolean isUserInRole(String role) {
            return caller.role().name().equalsIgnoreCase(role);
        }

        @Override
        public boolean isSecure() {
            return secure;
        }

        @Override
        public String getAuthenticationScheme() {
            return "Bearer";
        }
    }
}
