package dev.registrar.compensation;

import dev.registrar.model.Money;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.store.PaymentResolution;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway's answers prove about a registration's payment.
 *
 * @param transactionId there whenever the gateway holds something
 * @param captured what it holds, as it says
 */
public record PaymentVerdict(
        Kind kind, @Nullable String transactionId, @Nullable Money captured) {

    public enum Kind {
        /** Exactly what was asked for is captured, and nothing of it given back. */
        CHARGED,
        /** Something else is captured: another amount or currency, or a part was given back. */
        WRONG_AMOUNT,
        /** All that was captured is given back. */
        REFUNDED,
        DECLINED,
        /** Two lookups, far enough apart, found nothing. */
        ABSENT,
        /** Under way at the gateway. */
        PENDING,
        /** Nobody can tell. */
        UNKNOWN
    }

    public static final PaymentVerdict ABSENT = new PaymentVerdict(Kind.ABSENT, null, null);
    public static final PaymentVerdict UNKNOWN = new PaymentVerdict(Kind.UNKNOWN, null, null);

    /** What was found out for an earlier run. */
    public static PaymentVerdict of(PaymentResolution resolution) {
        return switch (resolution.outcome()) {
            case CHARGED -> new PaymentVerdict(Kind.CHARGED, resolution.transactionId(), resolution.captured());
            case NOT_CHARGED -> ABSENT;
            case REFUNDED -> new PaymentVerdict(Kind.REFUNDED, resolution.transactionId(), null);
        };
    }

    /** Judges the answer to the charge itself. */
    public static PaymentVerdict of(PaymentResult result, Money price) {
        Money amount = result.amount();
        return switch (result.status()) {
            case DECLINED -> new PaymentVerdict(Kind.DECLINED, result.transactionId(), null);
            case PENDING -> new PaymentVerdict(Kind.PENDING, result.transactionId(), null);
            case SUCCEEDED ->
                new PaymentVerdict(
                        price.equals(amount) ? Kind.CHARGED : Kind.WRONG_AMOUNT, result.transactionId(), amount);
        };
    }

    /** Judges what a lookup found. */
    public static PaymentVerdict of(FoundPayment found, Money price) {
        if (found.status() != PaymentStatus.SUCCEEDED) {
            Kind kind = found.status() == PaymentStatus.DECLINED ? Kind.DECLINED : Kind.PENDING;
            return new PaymentVerdict(kind, found.transactionId(), null);
        }
        boolean untouched = found.refunded().isZero();
        Kind kind = found.captured().equals(price) && untouched
                ? Kind.CHARGED
                : !untouched && found.refunded().equals(found.captured()) ? Kind.REFUNDED : Kind.WRONG_AMOUNT;
        return new PaymentVerdict(kind, found.transactionId(), found.captured());
    }

    /** Whether money of the user's is there to be given back. */
    public boolean holdsMoney() {
        return kind == Kind.CHARGED || kind == Kind.WRONG_AMOUNT;
    }

    /** Whether the user was charged at some time: only then was an account saved. */
    public boolean everCharged() {
        return holdsMoney() || kind == Kind.REFUNDED;
    }

    /** Whether the question is still open. */
    public boolean open() {
        return kind == Kind.PENDING || kind == Kind.UNKNOWN;
    }
}
