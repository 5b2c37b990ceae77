package dev.registrar.planted.sandbox;

/** A simulator that other classes misuse. */
public final class Toy {

    public String play() {
        return "played";
    }
}
