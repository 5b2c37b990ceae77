package dev.registrar.payment.stripe;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.outbound.ErrorDialect.UnlistedValue;
import dev.registrar.outbound.Reply.UnlistedValueException;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.stripe.StripeErrors.StripeError;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A PaymentIntent of a registration, with a documented status and readable amounts.
 *
 * @param captured the captured amount
 * @param refused whether the last attempt to confirm it was refused
 * @param refusal the reason, as the issuer's or Stripe's code; absent if none is named
 */
record StripeIntent(
        String id,
        IntentStatus status,
        Money price,
        Money captured,
        boolean refused,
        @Nullable String refusal,
        @Nullable Instant createdAt) {

    /** The metadata key of our own reference. */
    static final String REGISTRATION = "registration_id";

    /** An id goes into paths, history, rows and answers. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_]{1,128}");

    /** Every documented status of a PaymentIntent. */
    enum IntentStatus {
        SUCCEEDED("succeeded"),
        /** Under way at the bank. */
        PROCESSING("processing"),
        /** Authorised but not captured; never requested by us. */
        REQUIRES_CAPTURE("requires_capture"),
        /** The customer would have to authenticate. */
        REQUIRES_ACTION("requires_action"),
        /** Not confirmed yet: nothing was charged. */
        REQUIRES_CONFIRMATION("requires_confirmation"),
        /** Not confirmed yet, or declined: nothing was charged. */
        REQUIRES_PAYMENT_METHOD("requires_payment_method"),
        /** Final: never charged. */
        CANCELED("canceled");

        private final String written;

        IntentStatus(String written) {
            this.written = written;
        }

        static IntentStatus of(@Nullable String written) throws UnlistedValueException {
            return Arrays.stream(values())
                    .filter(status -> status.written.equals(written))
                    .findFirst()
                    .orElseThrow(() -> new UnlistedValueException(UnlistedValue.STATUS, written));
        }
    }

    /** The answer to a confirmation that captured money or is still under way. */
    PaymentResult result(PaymentStatus meaning) {
        return new PaymentResult(id, meaning, meaning == PaymentStatus.SUCCEEDED ? captured : price, createdAt, null);
    }

    /**
     * Its meaning in a lookup; empty if it was never confirmed, and so neither charged nor refused. An intent that
     * waits for its customer may still charge: it counts as declined only once cancelled.
     */
    Optional<PaymentStatus> meaning() {
        return switch (status) {
            case SUCCEEDED -> Optional.of(PaymentStatus.SUCCEEDED);
            case PROCESSING, REQUIRES_CAPTURE, REQUIRES_ACTION -> Optional.of(PaymentStatus.PENDING);
            case REQUIRES_CONFIRMATION -> Optional.empty();
            case REQUIRES_PAYMENT_METHOD -> refused ? Optional.of(PaymentStatus.DECLINED) : Optional.empty();
            case CANCELED -> Optional.of(refused ? PaymentStatus.DECLINED : PaymentStatus.CANCELLED);
        };
    }

    /**
     * The payment as a lookup shows it.
     *
     * @param ownKey whether it is known to be the one made under our key
     */
    FoundPayment found(PaymentStatus meaning, List<FoundRefund> refunds, boolean ownKey) {
        return new FoundPayment(id, meaning, price, captured, refunds, createdAt, ownKey);
    }

    /**
     * A PaymentIntent as Stripe writes it.
     *
     * @param amountReceived the captured amount; a server that omits it captures all or nothing
     * @param created seconds since 1970
     */
    record Wire(
            @Nullable String id,
            @Nullable String status,
            @Nullable BigDecimal amount,
            @JsonProperty("amount_received") @Nullable BigDecimal amountReceived,
            @Nullable String currency,
            @Nullable Map<String, @Nullable String> metadata,
            @JsonProperty("last_payment_error") @Nullable StripeError lastPaymentError,
            @Nullable Long created)
            implements StripeReads.Listed {

        /** Whether it was created for the registration. */
        boolean isOf(RegistrationId registration) {
            return metadata != null && registration.toString().equals(metadata.get(REGISTRATION));
        }

        /** The registration's intent. */
        StripeIntent of(RegistrationId registration) throws UnreadableReplyException {
            if (id == null || !ID.matcher(id).matches()) {
                throw new UnreadableReplyException("no id");
            }
            if (!isOf(registration)) {
                throw new UnreadableReplyException("the payment of another request");
            }
            IntentStatus read = IntentStatus.of(status);
            return new StripeIntent(
                    id,
                    read,
                    StripeAmounts.money(amount, currency),
                    StripeAmounts.money(received(read), currency),
                    lastPaymentError != null,
                    lastPaymentError == null ? null : lastPaymentError.reason(),
                    created == null ? null : Instant.ofEpochSecond(created));
        }

        /** The registration's intent of this id. */
        StripeIntent of(RegistrationId registration, String asked) throws UnreadableReplyException {
            StripeIntent intent = of(registration);
            if (!intent.id().equals(asked)) {
                throw new UnreadableReplyException("not the intent asked for");
            }
            return intent;
        }

        private @Nullable BigDecimal received(IntentStatus read) {
            if (amountReceived != null) {
                return amountReceived;
            }
            return read == IntentStatus.SUCCEEDED ? amount : BigDecimal.ZERO;
        }
    }
}
