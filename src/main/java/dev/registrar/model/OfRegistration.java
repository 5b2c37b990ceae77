package dev.registrar.model;

/** An activity's argument that is about one registration: what is logged meanwhile says which. */
public interface OfRegistration {

    RegistrationId registrationId();
}
