package dev.registrar.store;

import dev.registrar.model.Money;
import org.jspecify.annotations.Nullable;

/**
 * What was found out, by asking the gateway again or by an operator, about a payment that nobody could tell.
 *
 * @param transactionId the gateway's reference; there unless nothing was charged
 * @param captured what is captured; there when charged
 * @param intendedEnd how the registration ends if it is not charged, or a cancel waits
 */
public record PaymentResolution(
        Outcome outcome,
        @Nullable String transactionId,
        @Nullable Money captured,
        RegistrationStatus intendedEnd) {

    /** The answers an operator can give. */
    public enum Outcome {
        CHARGED,
        NOT_CHARGED,
        REFUNDED
    }
}
