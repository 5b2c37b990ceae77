package dev.registrar.store;

import dev.registrar.model.Money;
import org.jspecify.annotations.Nullable;

/**
 * What became of a payment whose outcome was unknown: found out by asking the gateway again, or said by an operator.
 *
 * @param transactionId the gateway's reference; there unless nothing was charged
 * @param captured what is captured; there if charged
 */
public record PaymentResolution(
        Outcome outcome,
        @Nullable String transactionId,
        @Nullable Money captured) {

    /** The answers an operator can give. */
    public enum Outcome {
        CHARGED,
        NOT_CHARGED,
        REFUNDED
    }
}
