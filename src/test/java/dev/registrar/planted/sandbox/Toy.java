package dev.registrar.planted.sandbox;

/** A simulator for others to misuse. */
public final class Toy {

    public String play() {
        return "played";
    }
}
