package dev.registrar.metrics;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Answers a scrape with the whole registry, as OpenMetrics where {@code Accept} asks for it, otherwise as Prometheus text. */
final class PrometheusServlet extends HttpServlet {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final transient PrometheusMeterRegistry registry;

    PrometheusServlet(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String accept = request.getHeader("Accept");
        String type = accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
        // Written in full first: a scrape that fails halfway is a 500 and not half a page that looks whole.
        ByteArrayOutputStream page = new ByteArrayOutputStream(64 * 1024);
        registry.scrape(page, type);
        response.setContentType(type);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(page.size());
        page.writeTo(response.getOutputStream());
    }
}
