package dev.registrar.planted.notification;

import dev.registrar.planted.sandbox.Toy;

/** Violates: no package uses sandbox. */
public final class ToyPlayer {

    public String play(Toy toy) {
        return toy.play();
    }
}
