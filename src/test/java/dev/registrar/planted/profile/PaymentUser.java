package dev.registrar.planted.profile;

import dev.registrar.planted.payment.Gateway;

/** Violates: providers never use each other. */
public final class PaymentUser {

    private final Gateway gateway;

    public PaymentUser(Gateway gateway) {
        this.gateway = gateway;
    }

    public String pay() {
        return gateway.charge();
    }
}
