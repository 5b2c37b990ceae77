package dev.registrar.outbound;

/** An answer that does not say what it has to say. The message names what is missing, never what was received. */
public final class UnreadableReplyException extends Exception {

    public UnreadableReplyException(String message) {
        super(message);
    }
}
