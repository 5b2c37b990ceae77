package dev.registrar.model;

import org.jspecify.annotations.Nullable;

/**
 * What is to be charged, once.
 *
 * @param paymentMethod the gateway's token ({@code pm_…}), never a card number
 * @param description free text for the statement
 */
public record PaymentRequest(
        String userId,
        Money amount,
        String paymentMethod,
        @Nullable String description) {

    @Override
    public String toString() {
        return "PaymentRequest[userId=" + userId + ", amount=" + amount + ", …]";
    }
}
