package dev.registrar.payment;

import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Port to the payment gateway. Every method is one call, or a few reads, and throws exactly
 * {@link dev.registrar.model.UnavailableException}, {@link dev.registrar.model.RejectedException} and
 * {@link dev.registrar.model.UnknownOutcomeException}. Charge, refund, void and the reads have separate breakers.
 * Implementations are thread-safe.
 */
public interface PaymentGateway {

    /** The gateway's promises, constant while the process runs. */
    PaymentGuarantees guarantees();

    /** Charges under {@code charge:<id>} with {@code reference} the id. A 402 is a result (declined). */
    PaymentResult charge(RegistrationId id, PaymentRequest payment, CallLimit limit);

    /**
     * Asks the gateway never to charge under {@code charge:<id>} again. Acceptance proves nothing: see {@link
     * #isVoided}. Only for gateways that {@link PaymentGuarantees#voids() void}.
     *
     * @return the charge with what is now known about it, for the reads that follow
     */
    ChargeReference voidCharge(RegistrationId id, ChargeReference charge);

    /**
     * A separate read: whether the gateway shows that nothing can be charged under {@code charge:<id>} any more. False
     * if this cannot be proved.
     */
    boolean isVoided(RegistrationId id, ChargeReference charge);

    /** All payments held for the registration, by {@code charge:<id>} and by reference together, each once. */
    List<FoundPayment> find(RegistrationId id, ChargeReference charge);

    /** The payment of the registration with this transaction id. */
    Optional<FoundPayment> get(RegistrationId id, String transactionId);

    /** Requests this amount back under this key. Acceptance is no proof: read afterwards. */
    void refund(RegistrationId id, String transactionId, IdempotencyKey key, Money amount);

    /**
     * The gateway's promises, by which the saga decides how to charge and how to find out the outcome of a charge.
     *
     * @param dedupesFor for how long the same key has one effect; zero: the gateway does not deduplicate
     * @param finds whether a payment is found by its key or reference
     * @param lag how late a lookup may be; two lookups that prove an absence are at least this far apart
     * @param voids whether a void prevents every later charge under its key, so that an absence is proved at once
     */
    public record PaymentGuarantees(Duration dedupesFor, boolean finds, Duration lag, boolean voids) {

        public PaymentGuarantees {
            if (dedupesFor.isNegative() || lag.isNegative()) {
                throw new IllegalArgumentException("a guarantee with a negative duration");
            }
        }

        public boolean dedupes() {
            return !dedupesFor.isZero();
        }

        /** Whether an unknown outcome can be settled at all: without either a charge must not be attempted. */
        public boolean usable() {
            return dedupes() || finds;
        }
    }
}
