package dev.registrar.access;

import dev.registrar.access.Caller.Role;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.util.Set;

/** Enforces the rule of each route; checks at start that every method of every resource has one. */
public final class RouteRules implements DynamicFeature {

    private final RateLimits limits;

    public RouteRules(RateLimits limits) {
        this.limits = limits;
    }

    /** @throws IllegalStateException if the method has no rule */
    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Method method = resource.getResourceMethod();
        AllowedTo rule = method.getAnnotation(AllowedTo.class);
        if (rule != null) {
            context.register(filter(rule));
        } else if (!method.isAnnotationPresent(Public.class) && !isOptions(method)) {
            throw new IllegalStateException(
                    "The route " + method.getDeclaringClass().getSimpleName() + "." + method.getName()
                            + " has no rule: declare with @AllowedTo or @Public who may call it.");
        }
    }

    /** The methods that Jersey adds to every path to list its methods; open to every authenticated caller. */
    private static boolean isOptions(Method method) {
        return method.getDeclaringClass().getName().startsWith("org.glassfish.jersey.");
    }

    private ContainerRequestFilter filter(AllowedTo rule) {
        Set<Role> roles = Set.of(rule.value());
        boolean registers = rule.registers();
        return request -> {
            Caller caller = Caller.of(request.getSecurityContext());
            if (!roles.contains(caller.role())) {
                throw AccessRefusedException.forbidden();
            }
            if (registers) {
                limits.registration(caller);
            }
        };
    }

    /**
     * Which roles may call this method of a resource. The service does not start with a method without it ({@link RouteRules}).
     * The method itself decides whose registrations a caller sees: {@link Caller#sees}.
     */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    public @interface AllowedTo {

        Role[] value();

        /** Whether a call also counts against the limit of registrations, not only that of requests. */
        boolean registers() default false;
    }

    /** This method of a resource is open to everybody, without a key; its path has to be public to {@link ApplicationFilter}. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    public @interface Public {}
}
