package dev.registrar.console;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Sets the security headers of every response below {@code /console}: only files of this service, nothing inline, no frames. Files
 * may be kept but are revalidated by their ETag, so that a new version is seen at once; JSON is never kept. Also adds the slash
 * without which the page's relative links lead nowhere. Thread-safe.
 */
final class ConsoleHeaders extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private static final String POLICY =
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        boolean json = request.getRequestURI().startsWith(ConsolePort.API);
        response.setHeader("Cache-Control", json ? "no-store" : "no-cache");
        if (request.getRequestURI().equals("/console")) {
            response.setStatus(HttpServletResponse.SC_FOUND);
            response.setHeader("Location", "/console/");
            return;
        }
        chain.doFilter(request, response);
    }
}
