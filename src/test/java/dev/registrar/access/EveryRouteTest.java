package dev.registrar.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.access.Caller.Role;
import dev.registrar.access.GuardedRegistrar.Answer;
import dev.registrar.access.GuardedRegistrar.Service;
import io.dropwizard.metrics.servlets.AdminServlet;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.eclipse.jetty.ee10.servlet.ServletMapping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every route of the running service × every caller. The routes are read from the service and their expectations are in
 * {@link #EXPECTED}, so that a new route fails until its callers are decided.
 */
@ExtendWith(GuardedRegistrar.class)
class EveryRouteTest {

    private static final Set<Role> ALL = EnumSet.allOf(Role.class);
    private static final Set<Role> READERS = EnumSet.of(Role.OPERATOR, Role.AUDITOR);
    private static final Set<Role> WRITERS = EnumSet.of(Role.OPERATOR, Role.CLIENT);
    private static final Set<Role> OPERATORS = EnumSet.of(Role.OPERATOR);
    private static final Set<Role> OFF = EnumSet.noneOf(Role.class);

    /** Who may call a route; with empty roles it does not exist for any caller. */
    private record Expected(Set<Role> roles, boolean withoutKey, boolean owned) {

        static Expected of(Set<Role> roles) {
            return new Expected(roles, false, false);
        }

        static Expected owned(Set<Role> roles) {
            return new Expected(roles, false, true);
        }

        static Expected open() {
            return new Expected(ALL, true, false);
        }
    }

    private static final Map<String, Expected> EXPECTED = new TreeMap<>(Map.ofEntries(
            Map.entry("application POST /v1/registrations", Expected.of(WRITERS)),
            Map.entry("application GET /v1/registrations", Expected.of(ALL)),
            Map.entry("application GET /v1/registrations/{id}", Expected.owned(ALL)),
            Map.entry("application POST /v1/registrations/{id}/cancel", Expected.owned(WRITERS)),
            Map.entry("application GET /v1/users/{userId}", Expected.owned(ALL)),
            Map.entry("application GET /openapi.json", Expected.open()),
            Map.entry("application GET /docs", Expected.open()),
            Map.entry("application GET /docs/{file}", Expected.open()),
            Map.entry("admin GET /ping", Expected.open()),
            Map.entry("admin GET /ready", Expected.open()),
            Map.entry("admin GET /healthcheck", Expected.open()),
            Map.entry("admin GET /prometheus", Expected.of(READERS)),
            Map.entry("admin GET /tasks", Expected.of(READERS)),
            Map.entry("admin GET /threads", Expected.of(OPERATORS)),
            Map.entry("admin GET /console/*", Expected.open()),
            Map.entry("admin GET /console/vendor/uplot/*", Expected.open()),
            Map.entry("admin GET /console/api/session", Expected.open()),
            Map.entry("admin GET /console/api/*", Expected.of(READERS)),
            Map.entry("admin GET /pprof", Expected.of(OFF)),
            Map.entry("admin GET /metrics", Expected.of(OFF)),
            Map.entry("admin GET /", Expected.of(OFF)),
            Map.entry("admin POST /tasks/erase", Expected.of(OPERATORS)),
            Map.entry("admin POST /tasks/audit", Expected.of(READERS)),
            Map.entry("admin POST /tasks/registration-inquire", Expected.of(OPERATORS)),
            Map.entry("admin POST /tasks/refund-again", Expected.of(OPERATORS)),
            Map.entry("admin POST /tasks/compensations", Expected.of(READERS)),
            Map.entry("admin POST /tasks/compensation-replay", Expected.of(OPERATORS)),
            Map.entry("admin POST /tasks/compensation-batch", Expected.of(OPERATORS)),
            Map.entry("admin POST /tasks/compensation-resolve", Expected.of(OPERATORS)),
            Map.entry("admin POST /tasks/circuit-breakers", Expected.of(OPERATORS)),
            Map.entry("admin POST /tasks/worker", Expected.of(OPERATORS)),
            Map.entry("admin POST /tasks/registration-cancel", Expected.of(OPERATORS)),
            Map.entry("admin POST /tasks/registration-retry", Expected.of(OPERATORS)),
            Map.entry("admin POST /tasks/notification-resend", Expected.of(OPERATORS)),
            Map.entry("admin POST /tasks/reconcile", Expected.of(OPERATORS))));

    private static final Pattern ENDPOINT = Pattern.compile("(?m)^ +([A-Z]+) +(/\\S*) \\(");

    /** Routes from Jersey's model, the servlet mappings of the admin port and the list of tasks. */
    private static Set<String> routes(Service service) {
        Set<String> routes = new TreeSet<>();
        Matcher endpoint = ENDPOINT.matcher(
                service.support().getEnvironment().jersey().getResourceConfig().getEndpointsInfo());
        while (endpoint.find()) {
            routes.add("application " + endpoint.group(1) + " " + endpoint.group(2));
        }
        for (ServletMapping mapping : service.support()
                .getEnvironment()
                .getAdminContext()
                .getServletHandler()
                .getServletMappings()) {
            for (String path : mapping.getPathSpecs()) {
                switch (path) {
                    case "/*" -> adminServlet().forEach(page -> routes.add("admin GET " + page));
                    case "/tasks/*" -> {
                        routes.add("admin GET /tasks");
                        tasks(service).forEach(task -> routes.add("admin POST /tasks/" + task));
                    }
                    default -> routes.add("admin GET " + path);
                }
            }
        }
        return routes;
    }

    private static List<String> adminServlet() {
        return List.of(
                "/",
                AdminServlet.DEFAULT_PING_URI,
                AdminServlet.DEFAULT_HEALTHCHECK_URI,
                AdminServlet.DEFAULT_METRICS_URI,
                AdminServlet.DEFAULT_THREADS_URI,
                AdminServlet.DEFAULT_CPU_PROFILE_URI);
    }

    private static List<String> tasks(Service service) {
        return Arrays.asList(
                service.as("ops", service.admin("GET", "/tasks")).body().strip().split("\\R"));
    }

    @Test
    void everyRouteHasARuleAndEveryRuleARoute(Service service) {
        assertThat(routes(service)).isEqualTo(EXPECTED.keySet());
    }

    @Test
    void everyRouteAnswersEachKindOfCallerByItsRule(Service service) {
        JsonNode registration = service.send(service.registration("shop-a").header("Prefer", "wait=30"))
                .json();
        String id = registration.path("id").asText();
        String userId = registration.path("userId").asText();
        assertThat(registration.path("status").asText()).isEqualTo("COMPLETED");

        SoftAssertions all = new SoftAssertions();
        for (String route : routes(service)) {
            Expected expected = EXPECTED.getOrDefault(route, Expected.of(OFF));
            check(
                    all,
                    service,
                    route.replace("{id}", id)
                            .replace("{userId}", userId)
                            .replace("{file}", "start.js")
                            .replace("uplot/*", "uplot/uPlot.min.css")
                            .replace("api/*", "api/now")
                            .replace("console/*", "console/"),
                    expected);
        }
        all.assertAll();
    }

    private static void check(SoftAssertions all, Service service, String route, Expected expected) {
        List<Answer> strangers = List.of(
                service.send(request(service, route)),
                service.send(request(service, route + "?api_key=" + bare(service, "ops"))),
                service.send(request(service, route).header("Authorization", "Bearer rk_wrong")),
                service.send(request(service, route).header("Authorization", "Basic " + bare(service, "ops"))),
                service.send(request(service, route).header("Authorization", service.credentials("expired"))),
                service.send(request(service, route)
                        .header("Authorization", service.credentials("ops"))
                        .header("Authorization", service.credentials("ops"))));
        for (int i = 0; i < strangers.size(); i++) {
            Answer answer = strangers.get(i);
            if (expected.withoutKey()) {
                boolean unknownParameter = route.startsWith("application") && i == 1;
                all.assertThat(answer.status())
                        .as("%s, stranger %d", route, i)
                        .isIn(unknownParameter ? List.of(400) : List.of(200, 503));
            } else {
                all.assertThat(answer.status()).as("%s, stranger %d", route, i).isEqualTo(401);
                all.assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"registrar\"");
                problem(all, answer, "unauthenticated");
            }
        }
        for (Map.Entry<String, Role> caller : Map.of("shop-a", Role.CLIENT, "ops", Role.OPERATOR, "audit", Role.AUDITOR)
                .entrySet()) {
            Answer answer = service.as(caller.getKey(), request(service, route));
            if (expected.roles().contains(caller.getValue())) {
                all.assertThat(answer.status())
                        .as("%s as %s", route, caller.getKey())
                        .isIn(admitted(route));
            } else if (expected.roles().isEmpty()) {
                all.assertThat(answer.status())
                        .as("%s as %s", route, caller.getKey())
                        .isEqualTo(404);
            } else {
                all.assertThat(answer.status())
                        .as("%s as %s", route, caller.getKey())
                        .isEqualTo(403);
                problem(all, answer, "forbidden");
            }
        }
        if (expected.owned()) {
            Answer answer = service.as("shop-b", request(service, route));
            all.assertThat(answer.status()).as("%s as another owner", route).isEqualTo(404);
            problem(all, answer, "not_found");
        }
    }

    /** The statuses of a call that was authorized: done, or refused for its content. */
    private static List<Integer> admitted(String route) {
        if (route.contains(" /tasks/")) {
            return List.of(200, 400);
        }
        if (route.endsWith("/cancel")) {
            return List.of(409);
        }
        return route.startsWith("application POST") ? List.of(415) : List.of(200, 503);
    }

    private static void problem(SoftAssertions all, Answer answer, String code) {
        if (answer.response().uri().getPath().startsWith("/console/api/")) {
            all.assertThat(answer.header("Content-Type")).isEqualTo("application/json");
            all.assertThat(answer.json().path("error").asText()).endsWith(".");
            return;
        }
        all.assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        all.assertThat(answer.json().path("code").asText()).isEqualTo(code);
    }

    private static HttpRequest.Builder request(Service service, String route) {
        String[] parts = route.split(" ", 3);
        return parts[0].equals("admin") ? service.admin(parts[1], parts[2]) : service.request(parts[1], parts[2]);
    }

    private static String bare(Service service, String id) {
        return service.credentials(id).substring("Bearer ".length());
    }

    @Test
    void listHoldsTheOwnRegistrationsOnlyButThoseOfAllForReaders(Service service) {
        String own =
                service.send(service.registration("shop-a")).json().path("id").asText();
        String other =
                service.send(service.registration("shop-b")).json().path("id").asText();

        assertThat(listed(service, "shop-a")).contains(own).doesNotContain(other);
        assertThat(listed(service, "shop-b")).contains(other).doesNotContain(own);
        assertThat(listed(service, "ops")).contains(own, other);
        assertThat(listed(service, "audit")).contains(own, other);
    }

    private static List<String> listed(Service service, String caller) {
        return service.as(caller, service.request("GET", "/v1/registrations?limit=200"))
                .json()
                .path("items")
                .findValuesAsText("id");
    }

    @Test
    void idempotencyKeyOfOneCallerIsNoneOfAnother(Service service) {
        String key = "order-" + java.util.UUID.randomUUID();

        Answer first = service.send(service.registration("shop-a").header("Idempotency-Key", key));
        Answer second = service.send(service.registration("shop-b").header("Idempotency-Key", key));
        Answer again = service.send(service.registration("shop-a").header("Idempotency-Key", key));

        assertThat(first.status()).isEqualTo(202);
        assertThat(second.status()).isEqualTo(202);
        assertThat(second.json().path("id")).isNotEqualTo(first.json().path("id"));
        assertThat(again.json().path("code").asText()).isEqualTo("idempotency_key_reused");
    }
}
