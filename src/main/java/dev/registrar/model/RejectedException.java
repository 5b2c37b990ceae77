package dev.registrar.model;

/** The provider definitely refused: retrying is useless. */
public final class RejectedException extends CallException {

    private final String providerCode;

    /** @param providerCode the provider's own code, cleaned to {@code [a-z0-9_]{1,64}} */
    public RejectedException(Step service, String providerCode, String message) {
        super(service, "rejected", message);
        this.providerCode = providerCode;
    }

    public String providerCode() {
        return providerCode;
    }
}
