package dev.registrar.api;

import dev.registrar.api.Problem.ProblemException;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a query with an unknown or repeated parameter: a misspelt filter would otherwise be ignored silently.
 * Thread-safe.
 */
final class KnownParametersFilter implements ContainerRequestFilter {

    /** A proxy for the resource of the current request. */
    @Context
    private @Nullable ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        Method method = Objects.requireNonNull(resource).getResourceMethod();
        if (method == null) {
            // Answered by the framework: OPTIONS.
            return;
        }
        Set<String> known = Arrays.stream(method.getParameters())
                .map(KnownParametersFilter::name)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
        request.getUriInfo().getQueryParameters().forEach((name, values) -> {
            if (!known.contains(name)) {
                throw new ProblemException(
                        400,
                        "invalid_parameter",
                        known.isEmpty()
                                ? "This route has no query parameters."
                                : "Unknown parameter; known are " + String.join(", ", known) + ".");
            }
            if (values.size() > 1) {
                throw new ProblemException(400, "invalid_parameter", name + ": may be given only once.");
            }
        });
    }

    private static @Nullable String name(Parameter parameter) {
        QueryParam named = parameter.getAnnotation(QueryParam.class);
        return named == null ? null : named.value();
    }
}
