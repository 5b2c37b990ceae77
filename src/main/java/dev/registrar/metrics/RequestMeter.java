package dev.registrar.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.server.monitoring.ApplicationEvent;
import org.glassfish.jersey.server.monitoring.ApplicationEventListener;
import org.glassfish.jersey.server.monitoring.RequestEvent;
import org.glassfish.jersey.server.monitoring.RequestEventListener;
import org.glassfish.jersey.uri.UriTemplate;

/** Times the requests to the REST interface by method, route template and status. Thread-safe. */
final class RequestMeter implements ApplicationEventListener {

    /** For paths that match no route, so that a scan of paths creates no series. */
    private static final String NO_ROUTE = "unmatched";

    /** Other methods are counted as one, because a client can send any word. */
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final MeterRegistry registry;

    RequestMeter(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void onEvent(ApplicationEvent event) {
        // Only requests are measured.
    }

    @Override
    public RequestEventListener onRequest(RequestEvent start) {
        long begun = System.nanoTime();
        return event -> {
            if (event.getType() == RequestEvent.Type.FINISHED) {
                record(event, System.nanoTime() - begun);
            }
        };
    }

    private void record(RequestEvent event, long nanos) {
        ContainerResponse response = event.getContainerResponse();
        int status = response == null ? Response.Status.INTERNAL_SERVER_ERROR.getStatusCode() : response.getStatus();
        String method = event.getContainerRequest().getMethod();
        String known = METHODS.contains(method) ? method : "other";
        Metric.HTTP_REQUEST
                .timer(registry, known, route(event.getUriInfo()), Integer.toString(status))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private static String route(ExtendedUriInfo uri) {
        List<UriTemplate> matched = new ArrayList<>(uri.getMatchedTemplates());
        if (matched.isEmpty()) {
            return NO_ROUTE;
        }
        StringBuilder route = new StringBuilder();
        // The last match comes first.
        for (int i = matched.size() - 1; i >= 0; i--) {
            route.append(matched.get(i).getTemplate());
        }
        return route.toString().replaceAll("/{2,}", "/");
    }
}
