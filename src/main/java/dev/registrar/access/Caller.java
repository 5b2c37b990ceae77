package dev.registrar.access;

/**
 * Who calls.
 *
 * @param name stable; part of the scope of idempotency keys
 */
public record Caller(String name) {

    /** Everybody, where authentication is off. */
    public static final Caller ANONYMOUS = new Caller("anonymous");
}
