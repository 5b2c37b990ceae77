package dev.registrar.model;

/** The provider definitely refused: retrying is useless. */
public final class RejectedException extends CallException {

    private final String providerCode;

    /** @param providerCode the provider's own code, cleaned to {@code [a-z0-9_]{1,64}} */
    public RejectedException(Step service, String providerCode, String message) {
        super(service, "rejected", message, new CallDetails(true, null, providerCode, null));
        this.providerCode = providerCode;
    }

    /** A request that was not sent, because the provider would refuse it. */
    public static RejectedException notSent(Step service, String providerCode, String message) {
        RejectedException refused = new RejectedException(service, providerCode, message);
        refused.with(CallDetails.noAnswer(providerCode));
        return refused;
    }

    public String providerCode() {
        return providerCode;
    }
}
