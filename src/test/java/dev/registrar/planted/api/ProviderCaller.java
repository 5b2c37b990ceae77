package dev.registrar.planted.api;

import dev.registrar.planted.payment.Gateway;

/** Violates: api never calls a provider, and the table of packages. */
public final class ProviderCaller {

    public String call(Gateway gateway) {
        return gateway.charge();
    }
}
