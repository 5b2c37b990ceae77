package dev.registrar.payment;

import dev.registrar.model.CallLimit;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import java.time.Clock;

/** The payment activities, done by the gateway behind {@link PaymentGateway}. */
public final class GatewayPaymentService implements PaymentService {

    private final PaymentGateway gateway;
    private final Clock clock;

    public GatewayPaymentService(PaymentGateway gateway, Clock clock) {
        this.gateway = gateway;
        this.clock = clock;
    }

    @Override
    public PaymentResult processPayment(ProcessPayment request) {
        ActivityInfo info = Activity.getExecutionContext().getInfo();
        if (!clock.instant().isBefore(request.keyExpiresAt())) {
            // A forgotten key would charge a second time; what an earlier send did is asked by a lookup.
            throw new UnknownOutcomeException(Step.PAYMENT, "payment charge: not sent, its key is too old");
        }
        CallLimit limit = info.isLocal() ? CallLimit.LOCAL : CallLimit.FULL;
        return gateway.charge(request.registrationId(), request.payment(), limit)
                .by(info.getAttempt());
    }

    @Override
    public PaymentLookup findPayment(FindPayment request) {
        return new PaymentLookup(gateway.find(request.registrationId()).orElse(null));
    }

    @Override
    public RefundResult refundPayment(RefundPayment request) {
        return refund(request).by(Activity.getExecutionContext().getInfo().getAttempt());
    }

    RefundResult refund(RefundPayment request) {
        FoundPayment before = read(request);
        if (before.status() == PaymentStatus.PENDING) {
            throw new UnavailableException(Step.PAYMENT, "payment refund: the payment is still pending");
        }
        if (before.captured().isZero()) {
            return new RefundResult(RefundState.NOTHING, before.captured());
        }
        if (!before.refunded().isZero()) {
            return asRead(before);
        }
        try {
            gateway.refund(request.registrationId(), request.transactionId(), before.captured());
        } catch (RejectedException e) {
            FoundPayment after = read(request);
            if (after.refunded().isZero()) {
                throw e;
            }
            // Others gave something back between the read and the request.
            return asRead(after);
        }
        FoundPayment after = read(request);
        if (!after.refunded().equals(after.captured())) {
            throw new UnavailableException(Step.PAYMENT, "payment refund: accepted, but not seen in a read");
        }
        return asRead(after);
    }

    private FoundPayment read(RefundPayment request) {
        return gateway.get(request.transactionId())
                .orElseThrow(() -> new UnavailableException(Step.PAYMENT, "payment refund: the payment is not found"));
    }

    private static RefundResult asRead(FoundPayment payment) {
        boolean whole = payment.refunded().equals(payment.captured());
        return new RefundResult(
                whole ? RefundState.REFUNDED : RefundState.PARTLY,
                payment.captured().minus(payment.refunded()));
    }
}
