package dev.registrar.model;

/**
 * A call to a service ended without a usable answer. Every port throws exactly these three kinds; messages are
 * free of personal data and of the provider's own text.
 */
public abstract sealed class CallException extends RuntimeException
        permits UnavailableException, RejectedException, UnknownOutcomeException {

    private final Step service;
    private final String kind;
    private CallDetails details;

    CallException(Step service, String kind, String message, CallDetails details) {
        super(message);
        this.service = service;
        this.kind = kind;
        this.details = details;
    }

    /** How the call ended; nothing but whether there was an answer, unless the adapter added more. */
    public CallDetails details() {
        return details;
    }

    /** Sets how the call ended, before the exception is thrown; returns the exception. */
    public CallException with(CallDetails known) {
        details = known;
        return this;
    }

    public Step service() {
        return service;
    }

    /** The stable error code, for example {@code payment_unavailable}. */
    public String code() {
        return service.code() + "_" + kind;
    }
}
