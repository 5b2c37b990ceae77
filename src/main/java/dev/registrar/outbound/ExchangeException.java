package dev.registrar.outbound;

/** An exchange that ended without a whole reply. Its message never holds what was sent or received. */
final class ExchangeException extends Exception {

    enum Kind {
        /** The deadline ended it; see {@link #sent()}. */
        DEADLINE,
        /** No connection of our own was free in time, or the thread was interrupted: says nothing of the provider. */
        NO_CONNECTION,
        /** Name lookup, connect or TLS handshake failed: nothing was sent. */
        NOT_SENT,
        /** The connection broke after the request may have been written. */
        BROKEN
    }

    private final Kind kind;
    private final boolean sent;

    ExchangeException(Kind kind, boolean sent, Exception cause) {
        // The class says enough, and the text of an I/O error may quote what came over the wire.
        super(cause.getClass().getSimpleName());
        this.kind = kind;
        this.sent = sent;
    }

    Kind kind() {
        return kind;
    }

    /** Whether the request may have left this machine. */
    boolean sent() {
        return sent;
    }
}
