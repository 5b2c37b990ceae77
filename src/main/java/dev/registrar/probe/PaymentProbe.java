package dev.registrar.probe;

import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentGateway;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Without a payment method it only makes lookups; with one it charges once and refunds, and voids a second charge
 * before it is made. Both charges are looked up with the gateway's own ids withheld, as after a lost answer.
 */
final class PaymentProbe extends Probe {

    private static final String ONE_EFFECT = "same key twice";
    private static final String FOUND = "found by key";
    private static final String REFUND = "refund and its proof";
    private static final String VOID = "void";
    private static final String NEEDS_METHOD = "not tried: give --charge=PAYMENT_METHOD";

    /** An upper bound on the clock skew between two machines. */
    private static final Duration CLOCK_MARGIN = Duration.ofMinutes(5);

    private final Subject<PaymentGateway> subject;
    private final PaymentGuarantees declared;
    private final @Nullable Trial trial;

    /**
     * One charge to try.
     *
     * @param method the gateway's token for a card
     */
    record Trial(String method, Money amount) {}

    private final RegistrationId id = RegistrationId.random();
    private final RegistrationId voided = RegistrationId.random();
    private final Instant notBefore;

    PaymentProbe(Subject<PaymentGateway> subject, @Nullable Trial trial, Clock clock, Consumer<Check> progress) {
        super("payment", subject.factory().providerName(), progress);
        this.subject = subject;
        this.declared = subject.port().guarantees();
        this.trial = trial;
        this.notBefore = clock.instant().minus(CLOCK_MARGIN);
    }

    @Override
    void check() {
        PaymentGateway gateway = subject.port();
        sayTls(subject.factory());
        sayAnswers(() -> gateway.find(id, reference(id)));
        sayWrongCredential(subject.hasSecret(), () -> subject.wrong().get().find(id, reference(id)));
        if (trial == null) {
            for (String promise : List.of(ONE_EFFECT, FOUND, REFUND, VOID)) {
                say(Check.notChecked(promise, declaredOf(promise), NEEDS_METHOD, null));
            }
            return;
        }
        checkCharge(gateway, trial);
        checkVoid(gateway, trial);
    }

    private void checkCharge(PaymentGateway gateway, Trial wanted) {
        PaymentResult first = gateway.charge(id, request(id), CallLimit.FULL);
        Money amount = first.amount();
        if (first.status() != PaymentStatus.SUCCEEDED || !wanted.amount().equals(amount)) {
            say(Check.broken(
                    "charge",
                    wanted.amount().toString(),
                    first.status()
                            + (amount == null ? "" : " of " + amount)
                            + (first.declineCode() == null ? "" : " (" + first.declineCode() + ")"),
                    "The rest could not be checked: give a payment method that can be charged."));
            return;
        }
        say(Check.holds("charge", wanted.amount().toString(), "charged"));
        List<FoundPayment> found = checkFound(gateway);
        checkSameKey(gateway, first, found);
        checkRefund(gateway, Objects.requireNonNull(first.transactionId()), wanted.amount());
    }

    private List<FoundPayment> checkFound(PaymentGateway gateway) {
        List<FoundPayment> last = new ArrayList<>();
        Optional<Duration> time = seen(declared.lag(), () -> {
            last.addAll(gateway.find(id, reference(id)));
            return !last.isEmpty();
        });
        if (time.isPresent()) {
            boolean late = time.get().compareTo(declared.lag().plus(Duration.ofSeconds(1))) > 0;
            say(
                    late
                            ? Check.broken(
                                    FOUND,
                                    declaredOf(FOUND),
                                    "only after " + say(time.get()),
                                    "A charge could be considered absent: declare the lag.")
                            : Check.holds(FOUND, declaredOf(FOUND), "after " + say(time.get()) + ", without its id"));
        } else if (declared.finds()) {
            say(Check.broken(
                    FOUND,
                    declaredOf(FOUND),
                    "not found",
                    "A charge whose answer is lost would be considered absent: charged without an account."));
        } else {
            say(Check.notChecked(
                    FOUND,
                    "no",
                    "not found",
                    "After a lost answer only the same key shows the outcome, while it is remembered."));
        }
        return last;
    }

    private void checkSameKey(PaymentGateway gateway, PaymentResult first, List<FoundPayment> found) {
        if (!declared.dedupes()) {
            say(Check.notChecked(
                    ONE_EFFECT, "no", "not tried", "A charge is sent once; after a lost answer it is looked up."));
            return;
        }
        PaymentResult second = gateway.charge(id, request(id), CallLimit.FULL);
        List<FoundPayment> now = found.isEmpty() ? found : gateway.find(id, reference(id));
        long captured =
                now.stream().filter(payment -> !payment.remainder().isZero()).count();
        boolean same = Objects.equals(first.transactionId(), second.transactionId());
        say(
                same && captured <= 1
                        ? Check.holds(ONE_EFFECT, declaredOf(ONE_EFFECT), "one payment")
                        : Check.broken(
                                ONE_EFFECT,
                                declaredOf(ONE_EFFECT),
                                captured > 1 ? captured + " payments" : "another transaction",
                                "A repeated charge would take the money twice."));
    }

    private void checkRefund(PaymentGateway gateway, String transaction, Money amount) {
        IdempotencyKey key = IdempotencyKey.refund(id);
        gateway.refund(id, transaction, key, amount);
        Optional<Duration> time = seen(
                declared.lag(),
                () -> gateway.get(id, transaction)
                        .filter(payment -> payment.remainder().isZero())
                        .isPresent());
        if (time.isEmpty()) {
            say(Check.broken(
                    REFUND,
                    "seen by a read",
                    "accepted, but the money is still there",
                    "No refund could be proved: each would wait for an operator."));
            return;
        }
        gateway.refund(id, transaction, key, amount);
        long refunds = gateway.get(id, transaction)
                .map(payment -> payment.refunds().size())
                .orElse(0);
        say(
                refunds == 1
                        ? Check.holds(
                                REFUND, "seen by a read", "seen after " + say(time.get()) + "; same key twice is one")
                        : Check.broken(
                                REFUND,
                                "one effect per key",
                                refunds + " refunds under one key",
                                "A repeated refund would return the money twice."));
    }

    private void checkVoid(PaymentGateway gateway, Trial wanted) {
        if (!declared.voids()) {
            say(Check.notChecked(VOID, "no", "not tried", "A charge found absent is looked up again for a day."));
            return;
        }
        ChargeReference known = gateway.voidCharge(voided, reference(voided));
        boolean proved = gateway.isVoided(voided, known);
        String late;
        try {
            late = gateway.charge(voided, request(voided), CallLimit.FULL)
                    .status()
                    .name();
        } catch (CallException e) {
            late = e.code();
        }
        boolean charged = gateway.find(voided, reference(voided)).stream()
                .anyMatch(payment -> !payment.remainder().isZero());
        if (charged) {
            say(Check.broken(
                    VOID,
                    "no later charge",
                    "charged " + wanted.amount() + " after the void",
                    "A late charge would go through although its registration has ended."));
        } else if (!proved) {
            say(Check.broken(
                    VOID,
                    "seen by a read",
                    "accepted, but not seen",
                    "No absence could be proved at once: each would need two lookups."));
        } else {
            say(Check.holds(VOID, "no later charge", "seen; a later charge is " + late.toLowerCase(Locale.ROOT)));
        }
    }

    private String declaredOf(String promise) {
        return switch (promise) {
            case ONE_EFFECT -> declared.dedupes() ? "one effect, " + promised(declared.dedupesFor()) : "no";
            case FOUND ->
                declared.finds() ? declared.lag().isZero() ? "at once" : "after " + say(declared.lag()) : "no";
            case VOID -> declared.voids() ? "no later charge" : "no";
            default -> "seen by a read";
        };
    }

    private PaymentRequest request(RegistrationId registration) {
        Trial wanted = Objects.requireNonNull(trial);
        return new PaymentRequest(
                "registrar-probe-" + registration.toString().substring(0, 8),
                wanted.amount(),
                wanted.method(),
                "Registrar probe, refunded at once");
    }

    private ChargeReference reference(RegistrationId registration) {
        return new ChargeReference(trial == null ? null : request(registration), notBefore, null);
    }

    @Override
    void cleanUp() {
        if (trial == null) {
            return;
        }
        refundAll(id);
        refundAll(voided);
    }

    private void refundAll(RegistrationId registration) {
        try {
            for (FoundPayment payment : subject.port().find(registration, reference(registration))) {
                if (payment.remainder().isZero()) {
                    continue;
                }
                String transaction = payment.transactionId();
                subject.port()
                        .refund(
                                registration,
                                transaction,
                                IdempotencyKey.refund(registration, transaction),
                                payment.remainder());
                boolean back = seen(
                                declared.lag(),
                                () -> subject.port()
                                        .get(registration, transaction)
                                        .filter(now -> now.remainder().isZero())
                                        .isPresent())
                        .isPresent();
                if (!back) {
                    left("payment " + transaction + " of " + payment.remainder() + ": refund it by hand");
                }
            }
        } catch (CallException e) {
            left("perhaps a payment with reference " + registration + ", which could not be looked up: " + words(e));
        }
    }
}
