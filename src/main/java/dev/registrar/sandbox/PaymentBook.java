package dev.registrar.sandbox;

import static dev.registrar.sandbox.StoredPayment.DECLINED;
import static dev.registrar.sandbox.StoredPayment.PENDING;
import static dev.registrar.sandbox.StoredPayment.SUCCEEDED;

import dev.registrar.sandbox.Outcome.Change;
import dev.registrar.sandbox.Outcome.Moment;
import dev.registrar.sandbox.Outcome.Subject;
import dev.registrar.sandbox.ProfileBook.History;
import dev.registrar.sandbox.StoredPayment.Payment;
import dev.registrar.sandbox.StoredPayment.Refund;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The payment provider. The token determines how a charge ends; payments are found for ever, even if their key is
 * forgotten. Deciding changes nothing. Guarded by the simulator's lock.
 */
final class PaymentBook {

    private static final int READS_PENDING = 2;
    private static final int REFUNDS_FAILING = 3;

    private final RandomGenerator random;
    private final Map<String, StoredPayment> payments = new LinkedHashMap<>();
    private final Map<String, List<String>> byKey = new HashMap<>();
    private final Map<String, List<String>> byReference = new HashMap<>();
    private final Map<String, Long> voided = new HashMap<>();
    private final History<StoredPayment> history = new History<>();
    private final Duration refundFailsAfter;

    /** @param refundFailsAfter when the first refund of {@code pm_refund_fails_late} turns from succeeded to failed */
    PaymentBook(RandomGenerator random, Duration refundFailsAfter) {
        this.random = random;
        this.refundFailsAfter = refundFailsAfter;
    }

    /**
     * @param wrongAmount whether a charge captures, or an answer reports, one unit too much
     * @param staleMillis the age of the state that a read shows; 0 for the current one
     */
    Outcome decide(ProviderCall call, Moment now, boolean wrongAmount, long staleMillis) {
        return switch (call.operation()) {
            case PAYMENT_CHARGE -> charge(call, now, wrongAmount);
            case PAYMENT_FIND -> find(call, now, wrongAmount, staleMillis);
            case PAYMENT_VOID -> voidKey(call);
            case PAYMENT_REFUND -> refund(call, now, wrongAmount);
            default -> throw new IllegalArgumentException(call.operation().name());
        };
    }

    /** @param at when the change was made, in milliseconds since the epoch */
    void apply(Change change, long at) {
        if (change.voidedKey() != null) {
            voided.putIfAbsent(change.voidedKey(), at);
        }
        List<StoredPayment> written = change.payments();
        if (written == null) {
            return;
        }
        for (StoredPayment stored : written) {
            Payment payment = stored.payment();
            history.record(payment.transactionId(), at, stored);
            if (payments.put(payment.transactionId(), stored) == null) {
                index(byReference, payment.reference(), payment.transactionId());
                if (payment.idempotencyKey() != null) {
                    index(byKey, payment.idempotencyKey(), payment.transactionId());
                }
            }
        }
    }

    /** All payments as they are now, oldest first. */
    List<Payment> all(Instant now) {
        return payments.values().stream()
                .map(stored -> stored.due(now, refundFailsAfter).payment())
                .toList();
    }

    /** Whose payment carries this reference. */
    Optional<String> userOf(String reference) {
        return byReference.getOrDefault(reference, List.of()).stream()
                .findFirst()
                .flatMap(this::payer);
    }

    /** Whose payment was made under this key. */
    Optional<String> userOfKey(String key) {
        return byKey.getOrDefault(key, List.of()).stream().findFirst().flatMap(this::payer);
    }

    /** Who paid under this transaction id. */
    Optional<String> payer(String transactionId) {
        return Optional.ofNullable(payments.get(transactionId))
                .map(stored -> stored.payment().userId());
    }

    private Outcome charge(ProviderCall call, Moment now, boolean wrongAmount) {
        if (call.key() != null && voided.containsKey(call.key())) {
            return Outcome.unchanged(
                    Reply.error(422, "key_voided", "the charge under this key was voided"), call.stated(this));
        }
        String token = call.text("paymentMethod");
        return switch (token) {
            case "pm_card_ok", "pm_refund_fails_3", "pm_refund_pending", "pm_refund_fails_late", "pm_charged_twice" ->
                charged(call, now, wrongAmount, false);
            case "pm_timeout_after_charge" -> charged(call, now, wrongAmount, true);
            case "pm_wrong_amount" -> charged(call, now, true, false);
            case "pm_pending_then_ok" -> pending(call, now, wrongAmount);
            case "pm_card_declined" -> declined(call, now, "card_declined", "the card was declined");
            case "pm_insufficient_funds" -> declined(call, now, "insufficient_funds", "insufficient funds");
            default -> declined(call, now, "invalid_payment_method", "no such payment method");
        };
    }

    private Outcome charged(ProviderCall call, Moment now, boolean wrongAmount, boolean silent) {
        BigDecimal amount = amount(call, wrongAmount);
        Payment payment = Payment.of(call, now.id("tx_", random), now, SUCCEEDED, amount, amount);
        int failures = payment.paymentMethod().equals("pm_refund_fails_3") ? REFUNDS_FAILING : 0;
        StoredPayment stored = new StoredPayment(payment, 0, failures, 0);
        Change change = payment.paymentMethod().equals("pm_charged_twice")
                ? Change.of(List.of(stored, new StoredPayment(payment.again(now.id("tx_", random)), 0, 0, 0)))
                : Change.of(List.of(stored));
        return new Outcome(Reply.json(201, payment), true, subject(payment, amount), change, silent);
    }

    private Outcome pending(ProviderCall call, Moment now, boolean wrongAmount) {
        BigDecimal amount = amount(call, wrongAmount);
        Payment payment = Payment.of(call, now.id("tx_", random), now, PENDING, amount, zero(amount));
        Change change = Change.of(List.of(new StoredPayment(payment, READS_PENDING, 0, 0)));
        return Outcome.done(Reply.json(201, payment), subject(payment, amount), change);
    }

    private Outcome declined(ProviderCall call, Moment now, String code, String message) {
        BigDecimal amount = amount(call, false);
        Payment payment = Payment.of(call, now.id("tx_", random), now, DECLINED, amount, zero(amount));
        Reply reply = Reply.error(
                402, code, message, Map.of("transactionId", payment.transactionId(), "status", payment.status()));
        Change change = Change.of(List.of(new StoredPayment(payment, 0, 0, 0)));
        return new Outcome(reply, false, subject(payment, amount), change, false);
    }

    private Outcome find(ProviderCall call, Moment now, boolean wrongAmount, long staleMillis) {
        String wanted = call.requiredTarget();
        long asOf = now.at().toEpochMilli() - staleMillis;
        List<StoredPayment> seen = ids(call, wanted).stream()
                .flatMap(id -> (staleMillis > 0 ? history.at(id, asOf) : current(id, now)).stream())
                .toList();
        List<StoredPayment> changed = staleMillis > 0
                ? List.of()
                : seen.stream()
                        .filter(s -> !s.equals(payments.get(s.payment().transactionId())))
                        .toList();
        List<Payment> shown = seen.stream()
                .map(StoredPayment::payment)
                .map(p -> wrongAmount ? p.overstated() : p)
                .toList();
        Subject subject = shown.isEmpty()
                ? Subject.NOTHING
                : subject(seen.get(0).payment(), shown.get(0).amount());
        Reply reply;
        if ("idempotencyKey".equals(call.findBy())) {
            reply = listed(shown, voided.getOrDefault(wanted, Long.MAX_VALUE) <= asOf);
        } else if (call.findBy() != null) {
            reply = Reply.json(200, Map.of("items", shown));
        } else if (shown.isEmpty()) {
            reply = Reply.error(404, "not_found", "no such payment");
        } else {
            reply = Reply.json(200, shown.get(0));
        }
        Change change = changed.isEmpty() ? null : Change.of(changed);
        return new Outcome(reply, false, subject, change, false);
    }

    private Optional<StoredPayment> current(String id, Moment now) {
        return Optional.ofNullable(payments.get(id)).map(stored -> stored.afterRead(now.at(), refundFailsAfter));
    }

    private static Reply listed(List<Payment> shown, boolean isVoided) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("items", shown);
        body.put("voided", isVoided);
        return Reply.json(200, body);
    }

    /** Voids the key: a pending payment under it is cancelled, a captured one stays. */
    private Outcome voidKey(ProviderCall call) {
        String key = call.text("idempotencyKey");
        List<StoredPayment> before =
                byKey.getOrDefault(key, List.of()).stream().map(payments::get).toList();
        List<StoredPayment> after = before.stream()
                .map(stored -> stored.isPending() ? stored.cancelled() : stored)
                .toList();
        Reply reply = listed(after.stream().map(StoredPayment::payment).toList(), true);
        Subject subject =
                after.isEmpty() ? Subject.NOTHING : subject(after.get(0).payment(), null);
        return voided.containsKey(key)
                ? Outcome.unchanged(reply, subject)
                : Outcome.done(reply, subject, Change.voided(key, after));
    }

    private List<String> ids(ProviderCall call, String wanted) {
        if (call.findBy() == null) {
            return payments.containsKey(wanted) ? List.of(wanted) : List.of();
        }
        Map<String, List<String>> index = call.findBy().equals("reference") ? byReference : byKey;
        return index.getOrDefault(wanted, List.of());
    }

    private Outcome refund(ProviderCall call, Moment now, boolean wrongAmount) {
        StoredPayment stored = payments.get(call.requiredTarget());
        BigDecimal amount = amount(call, false);
        if (stored == null) {
            return Outcome.unchanged(
                    Reply.error(404, "not_found", "no such payment"),
                    new Subject(null, amount, call.text("currency"), call.optionalText("reference")));
        }
        Payment payment = stored.payment();
        Subject subject = subject(payment, amount);
        if (stored.refundFailures() > 0) {
            Reply reply = Reply.error(500, "refund_failed", "the refund failed, nothing was done");
            return new Outcome(reply, false, subject, Change.of(List.of(stored.afterFailedRefund())), false);
        }
        if (!payment.currency().equals(call.text("currency"))) {
            return Outcome.unchanged(
                    Reply.error(422, "currency_mismatch", "the payment has another currency"), subject);
        }
        if (amount.compareTo(stored.left()) > 0) {
            return Outcome.unchanged(
                    Reply.error(422, "refund_exceeds_captured", "more than is left of the payment"), subject);
        }
        Refund refund = new Refund(
                now.id("re_", random),
                call.key(),
                amount,
                payment.currency(),
                stored.firstRefundStatus(),
                now.timestamp());
        StoredPayment after = stored.afterRefund(refund);
        RefundAnswer answer = new RefundAnswer(
                refund.id(),
                payment.transactionId(),
                wrongAmount ? amount.add(BigDecimal.ONE) : amount,
                payment.currency(),
                after.payment().captured(),
                after.payment().refunded(),
                refund.status(),
                now.timestamp());
        return Outcome.done(Reply.json(201, answer), subject, Change.of(List.of(after)));
    }

    private static BigDecimal amount(ProviderCall call, boolean wrong) {
        BigDecimal amount = call.money().amount();
        return wrong ? amount.add(BigDecimal.ONE) : amount;
    }

    private static BigDecimal zero(BigDecimal like) {
        return BigDecimal.ZERO.setScale(like.scale());
    }

    private static Subject subject(Payment payment, @Nullable BigDecimal amount) {
        return new Subject(payment.userId(), amount, payment.currency(), payment.reference());
    }

    private static void index(Map<String, List<String>> index, String name, String transactionId) {
        index.computeIfAbsent(name, key -> new ArrayList<>(1)).add(transactionId);
    }

    /** The answer to a refund. */
    record RefundAnswer(
            String refundId,
            String transactionId,
            BigDecimal amount,
            String currency,
            BigDecimal captured,
            BigDecimal refunded,
            String status,
            String timestamp) {}
}
