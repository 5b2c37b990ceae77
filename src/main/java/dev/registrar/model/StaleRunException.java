package dev.registrar.model;

/** Another run has taken over the registration: this one ends at once and writes nothing more. */
public final class StaleRunException extends RuntimeException {

    public StaleRunException(RegistrationId id, int run) {
        super("run " + run + " of registration " + id + " was superseded");
    }
}
