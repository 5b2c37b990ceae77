package dev.registrar.model;

/** An activity's argument that concerns one registration, whose id is added to log lines. */
public interface OfRegistration {

    RegistrationId registrationId();
}
