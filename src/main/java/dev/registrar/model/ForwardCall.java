package dev.registrar.model;

/**
 * The argument of a forward activity. Before such a call is made, {@link ForwardGuard} is consulted, except before the
 * local first attempt of an ordinary first run.
 */
public interface ForwardCall extends OfRegistration {

    /** Which run makes the call. */
    Origin origin();
}
