package dev.registrar.planted.payment;

/** A provider for others to misuse. */
public final class Gateway {

    public String charge() {
        return "charged";
    }
}
