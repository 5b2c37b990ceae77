package dev.registrar.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Which roles may call this method of a resource. The service does not start with a method without it ({@link RouteRules}).
 * Whose registrations a caller sees is decided by the method itself: {@link Caller#sees}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface AllowedTo {

    Role[] value();

    /** Whether a call also counts against the limit of registrations, not only that of requests. */
    boolean registers() default false;
}
