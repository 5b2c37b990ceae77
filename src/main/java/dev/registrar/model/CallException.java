package dev.registrar.model;

/**
 * A call to a service ended without a usable answer. Every port throws exactly these three kinds; messages are
 * free of personal data and of the provider's own text.
 */
public abstract sealed class CallException extends RuntimeException
        permits UnavailableException, RejectedException, UnknownOutcomeException {

    private final Step service;
    private final String kind;

    CallException(Step service, String kind, String message) {
        super(message);
        this.service = service;
        this.kind = kind;
    }

    public Step service() {
        return service;
    }

    /** The stable error code, for example {@code payment_unavailable}. */
    public String code() {
        return service.code() + "_" + kind;
    }
}
