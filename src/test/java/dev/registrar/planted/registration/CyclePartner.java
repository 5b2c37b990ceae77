package dev.registrar.planted.registration;

import dev.registrar.planted.store.Circle;

/** The other half of a cycle. */
public final class CyclePartner {

    public Circle next() {
        return new Circle();
    }
}
