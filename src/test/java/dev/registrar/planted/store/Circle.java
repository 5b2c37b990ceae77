package dev.registrar.planted.store;

import dev.registrar.planted.registration.CyclePartner;

/** Violates: no cycles. */
public final class Circle {

    public Circle next(CyclePartner partner) {
        return partner.next();
    }
}
