package dev.registrar.compensation;

import dev.registrar.call.CallPolicy;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.payment.PaymentService.ChargeReference;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The registration whose work is undone or looked up, and how patiently.
 *
 * @param price what was to be charged
 * @param payment what was to be charged, as it was sent; absent if it was erased or is not known
 * @param acceptedAt nothing was sent before this
 * @param settleAfter time between the two lookups that prove an absence; at least the gateway's lag
 * @param providers which providers act for it
 * @param gateway what the gateway promised when the registration started; absent: only lookups, no voids
 */
public record UndoTarget(
        RegistrationId registrationId,
        String userId,
        Money price,
        CallPolicy undo,
        CallPolicy lookup,
        Duration settleAfter,
        ProviderNames providers,
        @Nullable PaymentGuarantees gateway,
        @Nullable PaymentRequest payment,
        @Nullable Instant acceptedAt) {

    public UndoTarget {
        undo = undo.durable();
        lookup = lookup.durable();
        settleAfter = gateway == null || gateway.lag().compareTo(settleAfter) < 0 ? settleAfter : gateway.lag();
    }

    /** The same with another lookup policy. */
    UndoTarget asking(CallPolicy otherLookup) {
        return new UndoTarget(
                registrationId, userId, price, undo, otherLookup, settleAfter, providers, gateway, payment, acceptedAt);
    }

    /** The charge to look up at the gateway. */
    ChargeReference charge(@Nullable String transactionId) {
        return new ChargeReference(payment, acceptedAt, transactionId);
    }

    boolean voids() {
        return gateway != null && gateway.voids();
    }

    boolean finds() {
        return gateway == null || gateway.finds();
    }
}
