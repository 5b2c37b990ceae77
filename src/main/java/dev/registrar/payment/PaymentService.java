package dev.registrar.payment;

import dev.registrar.call.Attempted;
import dev.registrar.model.ForwardCall;
import dev.registrar.model.Money;
import dev.registrar.model.OfRegistration;
import dev.registrar.model.Origin;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import io.temporal.activity.ActivityInterface;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The activities of the payment gateway. All are safe to repeat with the same argument. */
@ActivityInterface
public interface PaymentService {

    /** Charges under {@code charge:<id>}. A decline is a result, not a failure; so are a pending and a wrong amount. */
    PaymentResult processPayment(ProcessPayment request);

    /** What the gateway holds under {@code charge:<id>}. */
    PaymentLookup findPayment(FindPayment request);

    /** Gives back all that was captured, under {@code refund:<id>}: reads, asks, reads again. */
    RefundResult refundPayment(RefundPayment request);

    /**
     * @param origin which run makes the call
     * @param keyExpiresAt from then on the gateway may have forgotten the key: never sent again
     */
    record ProcessPayment(RegistrationId registrationId, PaymentRequest payment, Origin origin, Instant keyExpiresAt)
            implements ForwardCall {}

    record FindPayment(RegistrationId registrationId, String userId) implements OfRegistration {}

    record RefundPayment(RegistrationId registrationId, String transactionId) implements OfRegistration {}

    /** What the gateway says of a payment. */
    enum PaymentStatus {
        SUCCEEDED,
        PENDING,
        DECLINED
    }

    /**
     * @param transactionId the gateway's reference; may be absent for a decline
     * @param amount what was captured, or would be; as the gateway says it
     * @param declineCode the gateway's reason, cleaned; only for a decline
     */
    record PaymentResult(
            @Nullable String transactionId,
            PaymentStatus status,
            @Nullable Money amount,
            @Nullable Instant timestamp,
            @Nullable String declineCode,
            int attempt)
            implements Attempted {

        /** An answer to the first attempt. */
        public PaymentResult(
                @Nullable String transactionId,
                PaymentStatus status,
                @Nullable Money amount,
                @Nullable Instant timestamp,
                @Nullable String declineCode) {
            this(transactionId, status, amount, timestamp, declineCode, 1);
        }

        /** The same, made by this attempt of the activity. */
        public PaymentResult by(int attemptOfActivity) {
            return new PaymentResult(transactionId, status, amount, timestamp, declineCode, attemptOfActivity);
        }
    }

    /** @param payment absent where the gateway knows none under the key */
    record PaymentLookup(@Nullable FoundPayment payment) {}

    /** @param refunded the total given back so far, by whomever */
    record FoundPayment(
            String transactionId,
            PaymentStatus status,
            Money amount,
            Money captured,
            Money refunded,
            @Nullable Instant timestamp) {}

    /**
     * @param state {@code REFUNDED}: all that was captured is given back, seen in a read; {@code PARTLY}: others gave back
     *     a part, so that the whole can no longer be asked for; {@code NOTHING}: nothing was captured
     * @param remainder what is still captured
     */
    record RefundResult(RefundState state, Money remainder, int attempt) implements Attempted {

        public RefundResult(RefundState state, Money remainder) {
            this(state, remainder, 1);
        }

        /** The same, made by this attempt of the activity. */
        public RefundResult by(int attemptOfActivity) {
            return new RefundResult(state, remainder, attemptOfActivity);
        }
    }

    enum RefundState {
        REFUNDED,
        PARTLY,
        NOTHING
    }
}
