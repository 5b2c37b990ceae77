package dev.registrar.payment;

import dev.registrar.model.CallLimit;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentResult;
import java.util.Optional;

/**
 * Port to the payment gateway. One method is one call to the provider, and throws exactly
 * {@link dev.registrar.model.UnavailableException}, {@link dev.registrar.model.RejectedException} and
 * {@link dev.registrar.model.UnknownOutcomeException}. Charge, refund and the reads have a breaker each. Implementations
 * are thread-safe.
 */
public interface PaymentGateway {

    /** Charges under {@code charge:<id>} with {@code reference} the id. A 402 is a result (declined). */
    PaymentResult charge(RegistrationId id, PaymentRequest payment, CallLimit limit);

    /** The payment under {@code charge:<id>}, by key and where that finds none by reference. */
    Optional<FoundPayment> find(RegistrationId id);

    /** The payment with this transaction id. */
    Optional<FoundPayment> get(String transactionId);

    /** Asks for this amount back under {@code refund:<id>}. That it was accepted is no proof: read afterwards. */
    void refund(RegistrationId id, String transactionId, Money amount);
}
