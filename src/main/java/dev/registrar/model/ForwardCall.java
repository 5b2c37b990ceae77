package dev.registrar.model;

/**
 * An activity's argument that takes a registration forward. Before such a call is made, {@link ForwardGuard} is asked, except
 * before the local first attempt of an ordinary first run.
 */
public interface ForwardCall extends OfRegistration {

    /** Which run makes the call. */
    Origin origin();
}
