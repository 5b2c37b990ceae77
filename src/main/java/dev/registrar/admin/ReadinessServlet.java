package dev.registrar.admin;

import dev.registrar.operations.ServiceHealth;
import dev.registrar.operations.ServiceHealth.Condition;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code GET /ready}: 200 when this instance can accept registrations, otherwise 503 with the reason on one line. */
final class ReadinessServlet extends HttpServlet {

    static final String PATH = "/ready";

    private static final long serialVersionUID = 1L;

    private final transient ServiceHealth health;

    ReadinessServlet(ServiceHealth health) {
        this.health = health;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Condition condition = health.readiness();
        response.setStatus(condition.degraded() ? 503 : 200);
        response.setContentType("text/plain;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().println(condition.degraded() ? condition.message() : "ready");
    }
}
