package dev.registrar.store;

import dev.registrar.model.RegistrationId;

/** An earlier registration of the same user whose charge was found absent but may still turn up. */
public record EarlierCharge(RegistrationId registrationId) {}
