package dev.registrar.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The rule of a route: who may call this method of a resource. A method without it stops the start ({@link RouteRules}).
 * Whose registrations a caller sees is for the method itself to ask: {@link Caller#sees}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface AllowedTo {

    Role[] value();

    /** Whether a call counts against the limit of registrations, beside that of all requests. */
    boolean registers() default false;
}
