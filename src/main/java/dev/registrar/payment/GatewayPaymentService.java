package dev.registrar.payment;

import dev.registrar.model.CallLimit;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The payment activities, executed by the gateway behind {@link PaymentGateway}. */
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
            // A forgotten key would charge a second time; a lookup shows what an earlier attempt did.
            throw new UnknownOutcomeException(Step.PAYMENT, "payment charge: not sent, its key is too old");
        }
        requireOnce(info);
        CallLimit limit = info.isLocal() ? CallLimit.LOCAL : CallLimit.FULL;
        return gateway.charge(request.registrationId(), request.payment(), limit)
                .by(info.getAttempt());
    }

    @Override
    public PaymentLookup findPayment(FindPayment request) {
        requireFinds();
        return new PaymentLookup(
                gateway.find(request.registrationId(), request.knownCharge()),
                gateway.guarantees().lag());
    }

    /*
     * A run relies on the gateway's promises at its start. The present ones are checked here, so that the weaker of both
     * count.
     */

    /** Without deduplication a charge is sent by one durable attempt: the result of a local one can be lost. */
    private void requireOnce(ActivityInfo info) {
        if (gateway.guarantees().dedupes()) {
            return;
        }
        if (info.isLocal()) {
            throw new UnavailableException(Step.PAYMENT, "payment charge: not sent locally");
        }
        if (info.getAttempt() > 1) {
            throw new UnknownOutcomeException(Step.PAYMENT, "payment charge: not sent twice");
        }
    }

    private void requireFinds() {
        if (!gateway.guarantees().finds()) {
            throw new UnavailableException(Step.PAYMENT, "payment find: the gateway does not find");
        }
    }

    @Override
    public VoidResult voidPayment(VoidPayment request) {
        RegistrationId id = request.registrationId();
        if (!gateway.guarantees().voids()) {
            requireFinds();
            return new VoidResult(gateway.find(id, request.knownCharge()), false);
        }
        ChargeReference charge = gateway.voidCharge(id, request.knownCharge());
        boolean voided = gateway.isVoided(id, charge);
        // Read last: once the void is confirmed, this read is final.
        List<FoundPayment> held = gateway.find(id, charge);
        boolean pending = held.stream().anyMatch(payment -> payment.status() == PaymentStatus.PENDING);
        return new VoidResult(held, voided && !pending);
    }

    @Override
    public RefundResult refundPayment(RefundPayment request) {
        return refund(request).by(Activity.getExecutionContext().getInfo().getAttempt());
    }

    RefundResult refund(RefundPayment request) {
        FoundPayment before = read(request);
        RefundState known = settled(before, request);
        if (known != null) {
            return new RefundResult(known, before.remainder());
        }
        try {
            gateway.refund(
                    request.registrationId(), request.transactionId(), request.idempotencyKey(), request.amount());
        } catch (RejectedException e) {
            return seenAfter(request).orElseThrow(() -> e);
        }
        return seenAfter(request)
                .orElseThrow(() ->
                        new UnavailableException(Step.PAYMENT, "payment refund: accepted, but not seen in a read"));
    }

    /** A separate read after the request; empty if it shows nothing new. */
    private Optional<RefundResult> seenAfter(RefundPayment request) {
        FoundPayment after = read(request);
        return Optional.ofNullable(settled(after, request)).map(state -> new RefundResult(state, after.remainder()));
    }

    /** What a read proves about the row's refund; null if the refund still has to be requested. */
    private static @Nullable RefundState settled(FoundPayment payment, RefundPayment request) {
        if (payment.status() == PaymentStatus.PENDING) {
            throw new UnavailableException(Step.PAYMENT, "payment refund: the payment is still pending");
        }
        if (payment.captured().isZero()) {
            return RefundState.NOTHING;
        }
        if (payment.remainder().isZero()) {
            return RefundState.REFUNDED;
        }
        if (payment.pendingRefund()) {
            return RefundState.PENDING;
        }
        RefundStatus own = payment.refund(request.idempotencyKey())
                .map(FoundRefund::status)
                .orElse(null);
        if (own == RefundStatus.FAILED) {
            return RefundState.FAILED_REFUND;
        }
        boolean tooMuch = !request.amount().currency().equals(payment.captured().currency())
                || request.amount().amount().compareTo(payment.remainder().amount()) > 0;
        return own == RefundStatus.SUCCEEDED || tooMuch ? RefundState.PARTLY : null;
    }

    private FoundPayment read(RefundPayment request) {
        return gateway.get(request.registrationId(), request.transactionId())
                .orElseThrow(() -> new UnavailableException(Step.PAYMENT, "payment refund: the payment is not found"));
    }
}
