package dev.registrar.compensation;

import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.PaymentResolution.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway's answers prove about a registration's payment.
 *
 * @param transactionId the payment that is kept or decides; present whenever the gateway holds one
 * @param captured the amount that this payment captured, as reported by the gateway
 * @param payments all payments that the gateway showed; empty if it was not queried
 * @param proved whether a void proved that nothing else can be charged any more
 */
public record PaymentVerdict(
        Kind kind,
        @Nullable String transactionId,
        @Nullable Money captured,
        List<FoundPayment> payments,
        boolean proved) {

    public enum Kind {
        /** Exactly the requested amount is captured, and none of it refunded. */
        CHARGED,
        /** Something else is captured: another amount or currency, or a part was refunded. */
        WRONG_AMOUNT,
        /** The whole captured amount is refunded. */
        REFUNDED,
        DECLINED,
        /** Nothing was captured: proved by a void, or by two lookups far enough apart. */
        ABSENT,
        /** Under way at the gateway. */
        PENDING,
        /** No answer, or none in time. */
        UNKNOWN
    }

    public static final PaymentVerdict ABSENT = new PaymentVerdict(Kind.ABSENT, null, null);
    public static final PaymentVerdict UNKNOWN = new PaymentVerdict(Kind.UNKNOWN, null, null);

    /** The earliest first; those without a time last, in the gateway's order. */
    private static final Comparator<FoundPayment> EARLIEST =
            Comparator.comparing(FoundPayment::timestamp, Comparator.nullsLast(Comparator.naturalOrder()));

    public PaymentVerdict {
        payments = List.copyOf(payments);
    }

    /** A verdict without a lookup. */
    public PaymentVerdict(Kind kind, @Nullable String transactionId, @Nullable Money captured) {
        this(kind, transactionId, captured, List.of(), false);
    }

    /** The verdict found by an earlier run. */
    public static PaymentVerdict of(PaymentResolution resolution) {
        return switch (resolution.outcome()) {
            case CHARGED -> new PaymentVerdict(Kind.CHARGED, resolution.transactionId(), resolution.captured());
            case NOT_CHARGED -> ABSENT;
            case REFUNDED -> new PaymentVerdict(Kind.REFUNDED, resolution.transactionId(), null);
        };
    }

    /** Evaluates the answer to the charge itself. */
    public static PaymentVerdict of(PaymentResult result, Money price) {
        Money amount = result.amount();
        return switch (result.status()) {
            case DECLINED -> new PaymentVerdict(Kind.DECLINED, result.transactionId(), null);
            case PENDING -> new PaymentVerdict(Kind.PENDING, result.transactionId(), null);
            case CANCELLED -> UNKNOWN;
            case SUCCEEDED ->
                new PaymentVerdict(
                        price.equals(amount) ? Kind.CHARGED : Kind.WRONG_AMOUNT, result.transactionId(), amount);
        };
    }

    /**
     * Evaluates the result of a lookup, or of the read after a void.
     *
     * @param ours the transaction of our own 2xx, if one was seen: it is kept if it holds money, otherwise the earliest
     *     payment of the right amount
     */
    public static PaymentVerdict of(List<FoundPayment> held, Money price, @Nullable String ours) {
        List<FoundPayment> sorted = held.stream().sorted(EARLIEST).toList();
        Optional<FoundPayment> pending = first(sorted, payment -> payment.status() == PaymentStatus.PENDING);
        if (pending.isPresent()) {
            return new PaymentVerdict(Kind.PENDING, pending.get().transactionId(), null, held, false);
        }
        Optional<FoundPayment> kept = first(
                        sorted,
                        payment ->
                                holdsMoney(payment) && payment.transactionId().equals(ours))
                .or(() -> first(sorted, payment -> isWhole(payment, price)))
                .or(() -> first(sorted, PaymentVerdict::holdsMoney));
        if (kept.isPresent()) {
            Kind kind = isWhole(kept.get(), price) ? Kind.CHARGED : Kind.WRONG_AMOUNT;
            return of(kind, kept.get(), held);
        }
        return first(sorted, payment -> !payment.captured().isZero())
                .map(payment -> of(Kind.REFUNDED, payment, held))
                .or(() -> first(sorted, payment -> payment.status() == PaymentStatus.DECLINED)
                        .map(payment -> new PaymentVerdict(Kind.DECLINED, payment.transactionId(), null, held, false)))
                .orElseGet(() -> new PaymentVerdict(Kind.ABSENT, null, null, held, false));
    }

    private static PaymentVerdict of(Kind kind, FoundPayment payment, List<FoundPayment> held) {
        return new PaymentVerdict(kind, payment.transactionId(), payment.captured(), held, false);
    }

    private static Optional<FoundPayment> first(List<FoundPayment> sorted, Predicate<FoundPayment> condition) {
        return sorted.stream().filter(condition).findFirst();
    }

    private static boolean holdsMoney(FoundPayment payment) {
        return !payment.remainder().isZero();
    }

    private static boolean isWhole(FoundPayment payment, Money price) {
        return payment.captured().equals(price) && payment.refunded().isZero();
    }

    /** Payments that hold money beside the kept one: each needs its own refund. */
    public List<FoundPayment> extras() {
        return payments.stream()
                .filter(payment ->
                        holdsMoney(payment) && !payment.transactionId().equals(transactionId))
                .toList();
    }

    /** The same verdict, after a confirmed void. */
    PaymentVerdict asProved() {
        return new PaymentVerdict(kind, transactionId, captured, payments, true);
    }

    /** The same verdict, after polling in vain. */
    PaymentVerdict asUnknown() {
        return new PaymentVerdict(Kind.UNKNOWN, transactionId, captured, payments, false);
    }

    /** Whether there is money to be refunded. */
    public boolean holdsMoney() {
        return kind == Kind.CHARGED || kind == Kind.WRONG_AMOUNT;
    }

    /** Whether the user was ever charged: only then was an account saved. */
    public boolean everCharged() {
        return holdsMoney() || kind == Kind.REFUNDED;
    }

    /** Whether the question is still open. */
    public boolean open() {
        return kind == Kind.PENDING || kind == Kind.UNKNOWN;
    }

    /** A refund for each payment that holds money, the kept one first, each under its own key. */
    public List<PlannedUndo> refunds(RegistrationId id) {
        if (!holdsMoney() || transactionId == null) {
            return List.of();
        }
        List<PlannedUndo> refunds = new ArrayList<>();
        Money kept = payments.stream()
                .filter(payment -> payment.transactionId().equals(transactionId))
                .map(FoundPayment::remainder)
                .findFirst()
                .orElse(captured);
        refunds.add(new PlannedUndo(
                UndoAction.REFUND, transactionId, IdempotencyKey.refund(id).value(), kept));
        refunds.addAll(refundsOfExtras(id));
        return refunds;
    }

    /** A refund for each further payment that holds money. */
    public List<PlannedUndo> refundsOfExtras(RegistrationId id) {
        return extras().stream()
                .map(payment -> new PlannedUndo(
                        UndoAction.REFUND,
                        payment.transactionId(),
                        IdempotencyKey.refund(id, payment.transactionId()).value(),
                        payment.remainder()))
                .toList();
    }

    /** The resolution of a payment whose outcome was unknown; empty if it is still uncertain. */
    public Optional<PaymentResolution> resolution() {
        return switch (kind) {
            case CHARGED -> Optional.of(new PaymentResolution(Outcome.CHARGED, transactionId, captured));
            case ABSENT, DECLINED -> Optional.of(new PaymentResolution(Outcome.NOT_CHARGED, null, null));
            case REFUNDED -> Optional.of(new PaymentResolution(Outcome.REFUNDED, transactionId, null));
            case WRONG_AMOUNT, PENDING, UNKNOWN -> Optional.empty();
        };
    }
}
