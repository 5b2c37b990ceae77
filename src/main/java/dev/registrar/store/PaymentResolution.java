package dev.registrar.store;

import dev.registrar.model.Money;
import org.jspecify.annotations.Nullable;

/**
 * The result of a payment whose outcome was unknown: found by another lookup at the gateway, or claimed by an operator.
 *
 * @param transactionId the gateway's reference, as the gateway showed it; absent if nothing was charged, or an operator
 *     vouched for it while the gateway gave no answer
 * @param captured the captured amount; present if charged
 * @param note the operator's evidence: for people only, never used at the gateway
 */
public record PaymentResolution(
        Outcome outcome,
        @Nullable String transactionId,
        @Nullable Money captured,
        @Nullable String note) {

    /** A resolution as shown by the gateway. */
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
