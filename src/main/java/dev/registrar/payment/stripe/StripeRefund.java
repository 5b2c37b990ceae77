package dev.registrar.payment.stripe;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.outbound.ErrorDialect.UnlistedValue;
import dev.registrar.outbound.Reply.UnlistedValueException;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.RefundStatus;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A refund as Stripe writes it. Our key is in its metadata, because Stripe does not show keys. */
record StripeRefund(
        @Nullable String id,
        @Nullable String status,
        @Nullable BigDecimal amount,
        @Nullable String currency,
        @JsonProperty("payment_intent") @Nullable String paymentIntent,
        @Nullable Map<String, @Nullable String> metadata)
        implements StripeReads.Listed {

    /** The metadata key of our own key. */
    static final String KEY = "idempotency_key";

    /** Maps every documented status of a refund to ours. */
    RefundStatus readStatus() throws UnlistedValueException {
        return switch (String.valueOf(status)) {
            case "succeeded" -> RefundStatus.SUCCEEDED;
            case "pending", "requires_action" -> RefundStatus.PENDING;
            case "failed", "canceled" -> RefundStatus.FAILED;
            default -> throw new UnlistedValueException(UnlistedValue.STATUS, status);
        };
    }

    FoundRefund found() throws UnreadableReplyException {
        String key = metadata == null ? null : metadata.get(KEY);
        return new FoundRefund(id, key, StripeAmounts.money(amount, currency), readStatus());
    }

    /** Fails unless this answers the request for this refund. */
    void require(String intentId, IdempotencyKey key, Money asked) throws UnreadableReplyException {
        FoundRefund made = found();
        if (!intentId.equals(paymentIntent)
                || !made.amount().equals(asked)
                || !key.value().equals(made.idempotencyKey())) {
            throw new UnreadableReplyException("not the refund asked for");
        }
    }
}
