package dev.registrar.payment;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.registrar.call.Attempted;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.CallDetails;
import dev.registrar.model.ForwardCall;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.Origin;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.ProviderCall;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RevokingCall;
import dev.registrar.model.Step;
import dev.registrar.model.UndoAttempt;
import dev.registrar.model.UndoCall;
import io.temporal.activity.ActivityInterface;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The activities of the payment gateway. All are safe to repeat with the same argument. */
@ActivityInterface
public interface PaymentService {

    /** Charges under {@code charge:<id>}. A decline is a result, not a failure; so are a pending and a wrong amount. */
    PaymentResult processPayment(ProcessPayment request);

    /** All payments that the gateway holds for the registration, by key and by reference. */
    PaymentLookup findPayment(FindPayment request);

    /**
     * Prevents every later charge under {@code charge:<id>} and reads what the gateway holds afterwards. If the gateway
     * does not support voids, it only reads.
     */
    VoidResult voidPayment(VoidPayment request);

    /**
     * Refunds money under the key and with the amount of the undo row: reads, requests, reads again. Requests nothing
     * while any refund of the payment is pending, and nothing if the amount is more than what remains.
     */
    RefundResult refundPayment(RefundPayment request);

    /**
     * @param origin which run makes the call
     * @param keyExpiresAt from then on the gateway may have forgotten the key: never sent again
     */
    record ProcessPayment(
            RegistrationId registrationId,
            PaymentRequest payment,
            Origin origin,
            Instant keyExpiresAt,
            @Nullable String provider)
            implements ForwardCall, PaymentCall {}

    /** @param charge absent if nothing more is known */
    record FindPayment(
            RegistrationId registrationId,
            String userId,
            @Nullable String provider,
            @Nullable ChargeReference charge) implements PaymentCall {

        ChargeReference knownCharge() {
            return charge == null ? ChargeReference.UNKNOWN : charge;
        }
    }

    /** @param charge absent if nothing more is known; its transaction is that of a 2xx to our own charge */
    record VoidPayment(
            RegistrationId registrationId,
            String userId,
            @Nullable String provider,
            @Nullable ChargeReference charge) implements PaymentCall, RevokingCall {

        ChargeReference knownCharge() {
            return charge == null ? ChargeReference.UNKNOWN : charge;
        }
    }

    /**
     * What is known about a charge to look up, for gateways that need more than the registration's id.
     *
     * @param payment what was to be charged, as it was sent; absent if it was erased
     * @param notBefore no attempt to charge was made before this time
     * @param transactionId the gateway's reference
     */
    record ChargeReference(
            @Nullable PaymentRequest payment,
            @Nullable Instant notBefore,
            @Nullable String transactionId) {

        public static final ChargeReference UNKNOWN = new ChargeReference(null, null, null);

        /** The same with this transaction. */
        public ChargeReference of(String transaction) {
            return new ChargeReference(payment, notBefore, transaction);
        }
    }

    /**
     * @param idempotencyKey the row's key: {@code refund:<id>}, or one of its variants
     * @param amount the row's amount; never more is requested
     * @param attempt the row, and the run that attempts it
     */
    record RefundPayment(
            RegistrationId registrationId,
            String transactionId,
            IdempotencyKey idempotencyKey,
            Money amount,
            UndoAttempt attempt,
            @Nullable String provider)
            implements UndoCall, PaymentCall {}

    /** An argument for the gateway that acts for the registration. */
    interface PaymentCall extends ProviderCall {

        @Override
        default Step service() {
            return Step.PAYMENT;
        }
    }

    /** The gateway's status of a payment. */
    enum PaymentStatus {
        SUCCEEDED,
        PENDING,
        DECLINED,
        /** Voided before anything was captured; final. */
        CANCELLED
    }

    /**
     * @param transactionId the gateway's reference; may be absent for a decline
     * @param amount what was captured or would be, as reported by the gateway
     * @param declineCode the gateway's reason, cleaned; only for a decline
     * @param refusal the answer that declined, for the list of what the attempts met
     */
    record PaymentResult(
            @Nullable String transactionId,
            PaymentStatus status,
            @Nullable Money amount,
            @Nullable Instant timestamp,
            @Nullable String declineCode,
            int attempt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            CallDetails refusal,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures)
            implements Attempted {

        public PaymentResult {
            failures = AttemptFailure.listOf(failures);
        }

        /** The answer to the first attempt. */
        public PaymentResult(
                @Nullable String transactionId,
                PaymentStatus status,
                @Nullable Money amount,
                @Nullable Instant timestamp,
                @Nullable String declineCode) {
            this(transactionId, status, amount, timestamp, declineCode, 1, null, List.of());
        }

        /** A decline for this reason. */
        public static PaymentResult declined(@Nullable String transactionId, String code, CallDetails answer) {
            return new PaymentResult(transactionId, PaymentStatus.DECLINED, null, null, code, 1, answer, List.of());
        }

        /** The same result, produced by this attempt of the activity. */
        public PaymentResult by(int attemptOfActivity) {
            return new PaymentResult(
                    transactionId, status, amount, timestamp, declineCode, attemptOfActivity, refusal, failures);
        }

        @Override
        public PaymentResult after(List<AttemptFailure> earlier) {
            return new PaymentResult(transactionId, status, amount, timestamp, declineCode, attempt, refusal, earlier);
        }
    }

    /**
     * @param payments all that the gateway holds for the registration; empty if none
     * @param lag how late the lookup may be, as promised now; absent if as promised at the start
     */
    record PaymentLookup(
            List<FoundPayment> payments,
            @Nullable Duration lag,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures)
            implements Attempted {

        public static final PaymentLookup NONE = new PaymentLookup(List.of());

        public PaymentLookup(List<FoundPayment> payments) {
            this(payments, null);
        }

        public PaymentLookup(List<FoundPayment> payments, @Nullable Duration lag) {
            this(payments, lag, List.of());
        }

        public PaymentLookup {
            payments = List.copyOf(payments);
            failures = AttemptFailure.listOf(failures);
        }

        @Override
        public PaymentLookup after(List<AttemptFailure> earlier) {
            return new PaymentLookup(payments, lag, earlier);
        }
    }

    /**
     * @param payments all that the gateway holds, read after the void
     * @param proved whether a separate read showed that no charge can happen any more, so that {@code payments} is final
     */
    record VoidResult(
            List<FoundPayment> payments,
            boolean proved,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures)
            implements Attempted {

        public VoidResult(List<FoundPayment> payments, boolean proved) {
            this(payments, proved, List.of());
        }

        public VoidResult {
            payments = List.copyOf(payments);
            failures = AttemptFailure.listOf(failures);
        }

        @Override
        public VoidResult after(List<AttemptFailure> earlier) {
            return new VoidResult(payments, proved, earlier);
        }
    }

    /**
     * A payment as a lookup shows it.
     *
     * @param refunds the single refunds; if the gateway shows only a sum, one succeeded refund of that sum
     * @param ownKey whether it was made under our own key, not only under our reference
     */
    record FoundPayment(
            String transactionId,
            PaymentStatus status,
            Money amount,
            Money captured,
            List<FoundRefund> refunds,
            @Nullable Instant timestamp,
            boolean ownKey) {

        public FoundPayment {
            refunds = List.copyOf(refunds);
        }

        /** The sum of all succeeded refunds, whoever made them. */
        public Money refunded() {
            BigDecimal sum = refunds.stream()
                    .filter(refund -> refund.status() == RefundStatus.SUCCEEDED)
                    .map(refund -> refund.amount().amount())
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            return new Money(sum, captured.currency());
        }

        /** Whether a refund is under way: nothing else may be requested until it has ended. */
        public boolean pendingRefund() {
            return refunds.stream().anyMatch(refund -> refund.status() == RefundStatus.PENDING);
        }

        /** What is captured and not refunded: the user's money held by the gateway. */
        public Money remainder() {
            return captured.minus(refunded());
        }

        /** The refund made under this key. */
        public Optional<FoundRefund> refund(IdempotencyKey key) {
            return refunds.stream()
                    .filter(refund -> key.value().equals(refund.idempotencyKey()))
                    .findFirst();
        }
    }

    /**
     * @param id the gateway's reference; absent if it only shows a sum
     * @param idempotencyKey absent if the gateway does not show it
     */
    record FoundRefund(@Nullable String id, @Nullable String idempotencyKey, Money amount, RefundStatus status) {}

    enum RefundStatus {
        SUCCEEDED,
        PENDING,
        FAILED
    }

    /** @param remainder what is still captured */
    record RefundResult(
            RefundState state,
            Money remainder,
            int attempt,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures)
            implements Attempted {

        public RefundResult(RefundState state, Money remainder) {
            this(state, remainder, 1);
        }

        public RefundResult(RefundState state, Money remainder, int attempt) {
            this(state, remainder, attempt, List.of());
        }

        public RefundResult {
            failures = AttemptFailure.listOf(failures);
        }

        /** The same result, produced by this attempt of the activity. */
        public RefundResult by(int attemptOfActivity) {
            return new RefundResult(state, remainder, attemptOfActivity, failures);
        }

        @Override
        public RefundResult after(List<AttemptFailure> earlier) {
            return new RefundResult(state, remainder, attempt, earlier);
        }
    }

    enum RefundState {
        /** Succeeded refunds cover all that was captured, seen in a read. */
        REFUNDED,
        /**
         * Money is left that this row cannot refund: its amount exceeds what remains, because others refunded a part
         * (nothing was requested), or its own refund succeeded but did not cover everything. A new row is needed.
         */
        PARTLY,
        /** A refund is under way, ours or another's; nothing more is requested until it has ended. */
        PENDING,
        /** The refund under this key failed at the gateway: it can only be requested again under another key. */
        FAILED_REFUND,
        /** Nothing is captured. After a charge was seen this takes two answers. */
        NOTHING
    }
}
