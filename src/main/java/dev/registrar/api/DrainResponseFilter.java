package dev.registrar.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.util.function.BooleanSupplier;

/**
 * Ends the connection with the answer while the instance goes down: on a connection that is closed when nobody expects it, a
 * client's next request would be lost, or refused with 503.
 */
public final class DrainResponseFilter implements ContainerResponseFilter {

    private final BooleanSupplier draining;

    public DrainResponseFilter(BooleanSupplier draining) {
        this.draining = draining;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (draining.getAsBoolean()) {
            response.getHeaders().putSingle("Connection", "close");
        }
    }
}
