package dev.registrar.access;

import dev.registrar.access.AccessRefusedException.RefusalWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Limits concurrent requests to the REST interface; further ones get 503 immediately. The limit is below the number of server
 * threads, so that a thread is always free to refuse and no queue builds up. A request counts while it holds a thread, not
 * while it waits for the end of its registration. Thread-safe.
 */
public final class OverloadFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private final transient Semaphore places;
    private final transient RefusalWriter refusals;

    public OverloadFilter(int places, RefusalWriter refusals) {
        this.places = new Semaphore(places);
        this.refusals = refusals;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!places.tryAcquire()) {
            refusals.write(AccessRefusedException.overloaded(), request, response);
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            places.release();
        }
    }
}
