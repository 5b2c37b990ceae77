package dev.registrar.console;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.OperationRefusedException;
import dev.registrar.operations.RegistrationSearch.Query;
import dev.registrar.operations.RegistrationTimeline.Timeline;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /console/api/*}: what the console's pages show and no task lists. Thread-safe. */
final class ConsoleServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final Pattern REGISTRATION = Pattern.compile("/registrations/([0-9a-fA-F-]{36})");
    private static final Pattern PERSONAL_DATA = Pattern.compile("/registrations/([0-9a-fA-F-]{36})/personal-data");
    private static final String NOT_FOUND = "There is no such resource.";

    private final transient ConsoleConfiguration configuration;
    private final transient ConsoleReads reads;
    private final String namespace;
    private final transient JsonReply replies;
    private final transient Map<String, Route> routes;

    ConsoleServlet(ConsoleConfiguration configuration, ConsoleReads reads, String namespace, JsonReply replies) {
        this.configuration = configuration;
        this.reads = reads;
        this.namespace = namespace;
        this.replies = replies;
        this.routes = Map.of(
                "/now",
                new Route(Set.of(), (call, instance) -> reads.overview().now(instance)),
                "/history",
                new Route(Set.of(), (call, instance) -> reads.history().history()),
                "/failures",
                new Route(Set.of("since"), (call, instance) -> reads.failures().failures(since(call))),
                "/registrations",
                new Route(
                        Set.of(
                                "status",
                                "userId",
                                "errorCode",
                                "createdAfter",
                                "createdBefore",
                                "q",
                                "limit",
                                "cursor"),
                        (call, instance) -> reads.registrations().list(query(call))),
                "/services",
                new Route(Set.of(), (call, instance) -> reads.services().services()),
                "/workers",
                new Route(Set.of(), (call, instance) -> reads.workers().workers(instance)));
    }

    private record Route(Set<String> parameters, Reading reading) {}

    @FunctionalInterface
    private interface Reading {

        Object read(ConsoleParameters call, String instance);
    }

    /** @param temporalUrl absent if the URL of Temporal's UI is not configured */
    private record TimelineView(
            @JsonUnwrapped Timeline timeline, @Nullable URI temporalUrl) {}

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = path(request);
        Route route = routes.get(path);
        Matcher registration = REGISTRATION.matcher(path);
        if (route != null) {
            replies.write(
                    response,
                    () -> route.reading()
                            .read(new ConsoleParameters(request, route.parameters()), Instances.name(request)));
        } else if (registration.matches()) {
            replies.write(response, () -> {
                RegistrationId id = id(registration);
                new ConsoleParameters(request, Set.of());
                Timeline timeline = reads.timeline().of(id.value());
                return new TimelineView(timeline, configuration.workflow(namespace, id));
            });
        } else if (PERSONAL_DATA.matcher(path).matches()) {
            refuseMethod(response, "POST");
        } else {
            replies.error(response, 404, NOT_FOUND);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = path(request);
        Matcher personalData = PERSONAL_DATA.matcher(path);
        if (personalData.matches()) {
            replies.write(
                    response,
                    () -> reads.personalData()
                            .reveal(
                                    id(personalData).value(),
                                    new ConsoleParameters(request, Set.of("actor", "reason")).note()));
        } else if (routes.containsKey(path) || REGISTRATION.matcher(path).matches()) {
            refuseMethod(response, "GET, HEAD");
        } else {
            replies.error(response, 404, NOT_FOUND);
        }
    }

    private void refuseMethod(HttpServletResponse response, String allowed) throws IOException {
        response.setHeader("Allow", allowed);
        replies.error(response, 405, "This resource is read with other methods: " + allowed + ".");
    }

    private static String path(HttpServletRequest request) {
        String path = request.getPathInfo();
        return path == null ? "" : path;
    }

    private static RegistrationId id(Matcher path) {
        return RegistrationId.parse(path.group(1)).orElseThrow(() -> OperationRefusedException.unknown("registration"));
    }

    private static Duration since(ConsoleParameters call) {
        String text = call.text("since");
        try {
            return text == null ? Duration.ofHours(24) : Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw OperationRefusedException.invalid("since: a duration such as PT24H.");
        }
    }

    private static Query query(ConsoleParameters call) {
        return new Query(
                call.text("status"),
                call.text("userId"),
                call.text("errorCode"),
                call.text("createdAfter"),
                call.text("createdBefore"),
                call.text("q"),
                call.text("limit"),
                call.text("cursor"));
    }
}
