package dev.registrar.planted.payment;

/** A provider that other classes misuse. */
public final class Gateway {

    public String charge() {
        return "charged";
    }
}
