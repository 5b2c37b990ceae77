package dev.registrar.registration;

import dev.registrar.store.Registration;

/** The result of a request to register. */
public sealed interface Acceptance {

    /** @param replayed whether an identical earlier request created it */
    record Accepted(Registration registration, boolean replayed) implements Acceptance {}

    /** The caller has used this key for another body. */
    record KeyReused() implements Acceptance {}

    /** Too many registrations are live; nothing was stored. */
    record BacklogFull() implements Acceptance {}

    /** The user has a live or completed registration by another request. */
    record AlreadyRegistered() implements Acceptance {}
}
