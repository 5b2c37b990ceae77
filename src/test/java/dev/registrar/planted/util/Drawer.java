package dev.registrar.planted.util;

/** Violates: no package called util. */
public final class Drawer {

    public String content() {
        return "anything";
    }
}
