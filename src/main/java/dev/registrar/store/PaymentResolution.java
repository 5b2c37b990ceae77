package dev.registrar.store;

import dev.registrar.model.Money;
import org.jspecify.annotations.Nullable;

/**
 * What became of a payment whose outcome was unknown: found out by asking the gateway again, or said by an operator.
 *
 * @param transactionId the gateway's reference, as the gateway showed it; absent if nothing was charged, or an operator vouched
 *     for it while the gateway gave no answer
 * @param captured what is captured; there if charged
 * @param note what proves it, in the operator's words: for people only, it names nothing at the gateway
 */
public record PaymentResolution(
        Outcome outcome,
        @Nullable String transactionId,
        @Nullable Money captured,
        @Nullable String note) {

    /** What the gateway showed. */
    public PaymentResolution(Outcome outcome, @Nullable String transactionId, @Nullable Money captured) {
        this(outcome, transactionId, captured, null);
    }

    /** The answers an operator can give. */
    public enum Outcome {
        CHARGED,
        NOT_CHARGED,
        REFUNDED
    }
}
