package dev.registrar.registration;

import dev.registrar.account.DatabaseService.AccountDeletion;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.model.CallDetails;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentLookup;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.RefundPayment;
import dev.registrar.payment.PaymentService.RefundResult;
import dev.registrar.payment.PaymentService.RefundState;
import dev.registrar.payment.PaymentService.RefundStatus;
import dev.registrar.payment.PaymentService.VoidResult;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The outside world's state for one registration: profile, charge, account, messages. Thread-safe. */
final class Providers {

    static final String TRANSACTION = "tx_1";

    private static final Instant EARLY = Instant.parse("2026-02-01T12:00:00Z");

    /** The payment created by a charge. */
    private static final class Payment {

        private final String transactionId;
        private final Money asked;
        private final Instant made;
        private final List<FoundRefund> refunds = new ArrayList<>();
        private PaymentStatus status;
        private Money captured;

        Payment(String transactionId, PaymentStatus status, Money asked, Instant made) {
            this.transactionId = transactionId;
            this.status = status;
            this.asked = asked;
            this.made = made;
            this.captured = status == PaymentStatus.SUCCEEDED ? asked : none(asked);
        }

        FoundPayment found() {
            return new FoundPayment(transactionId, status, asked, captured, refunds, made, true);
        }

        void refund(String id, @Nullable IdempotencyKey key, Money amount) {
            refunds.add(new FoundRefund(id, key == null ? null : key.value(), amount, RefundStatus.SUCCEEDED));
        }
    }

    /** Zero in the same currency. */
    static Money none(Money amount) {
        return amount.minus(amount);
    }

    private final RegistrationId id;
    private @Nullable RegistrationId profileOwner;
    private boolean account;
    private final Map<String, Payment> payments = new LinkedHashMap<>();
    private PaymentStatus chargesAs = PaymentStatus.SUCCEEDED;
    private @Nullable Money chargesAmount;
    private int pendingReads = Integer.MAX_VALUE;
    private final List<String> messages = new ArrayList<>();

    Providers(RegistrationId id) {
        this.id = id;
    }

    /** Lets another registration own the user's profile. */
    synchronized void profileOfAnother() {
        profileOwner = RegistrationId.random();
    }

    synchronized void plantProfile() {
        profileOwner = id;
    }

    /** Sets the status of further charges. */
    synchronized void chargesAs(PaymentStatus status) {
        chargesAs = status;
    }

    synchronized void chargesAmount(Money amount) {
        chargesAmount = amount;
    }

    /** A pending payment succeeds after this many reads. */
    synchronized void succeedsAfterReads(int reads) {
        pendingReads = reads;
    }

    synchronized PaymentResult charge(Money amount, int attempt) {
        Payment payment = payments.computeIfAbsent(
                TRANSACTION, key -> new Payment(key, chargesAs, chargesAmount == null ? amount : chargesAmount, EARLY));
        boolean declined = payment.status == PaymentStatus.DECLINED;
        CallDetails refusal = new CallDetails(true, 402, "card_declined", "req_declined");
        return declined
                ? PaymentResult.declined(TRANSACTION, "card_declined", refusal).by(attempt)
                : new PaymentResult(TRANSACTION, payment.status, payment.captured, null, null).by(attempt);
    }

    /** Adds a further payment, made after our charge. */
    synchronized void secondCharge(String transactionId, Money amount) {
        payments.put(transactionId, new Payment(transactionId, PaymentStatus.SUCCEEDED, amount, EARLY.plusSeconds(60)));
    }

    /** Prevents the charge for good: a pending payment is cancelled, a captured one stays. */
    synchronized VoidResult voidCharge() {
        Payment payment = payments.computeIfAbsent(
                TRANSACTION, key -> new Payment(key, PaymentStatus.CANCELLED, Money.of("0", "USD"), EARLY));
        if (payment.status == PaymentStatus.PENDING) {
            payment.status = PaymentStatus.CANCELLED;
        }
        return new VoidResult(find().payments(), true);
    }

    synchronized PaymentLookup find() {
        for (Payment payment : payments.values()) {
            if (payment.status == PaymentStatus.PENDING && pendingReads-- <= 0) {
                payment.status = PaymentStatus.SUCCEEDED;
                payment.captured = payment.asked;
            }
        }
        return new PaymentLookup(payments.values().stream().map(Payment::found).toList());
    }

    /** By the rules of the port: never more than the remainder, one effect per key. */
    synchronized RefundResult refund(RefundPayment request, int attempt) {
        Payment payment = payments.get(request.transactionId());
        if (payment == null || payment.captured.isZero()) {
            return new RefundResult(RefundState.NOTHING, none(World.PRICE), attempt);
        }
        Money left = payment.found().remainder();
        boolean fits = request.amount().amount().compareTo(left.amount()) <= 0;
        if (!left.isZero()
                && fits
                && payment.found().refund(request.idempotencyKey()).isEmpty()) {
            payment.refund("re_" + payment.refunds.size(), request.idempotencyKey(), request.amount());
            left = payment.found().remainder();
        }
        return new RefundResult(left.isZero() ? RefundState.REFUNDED : RefundState.PARTLY, left, attempt);
    }

    /** Refunds everything outside the service. */
    synchronized void refundedByOthers() {
        payments.values().forEach(payment -> payment.refund("re_others", null, payment.captured));
    }

    /** Refunds a part of the charge outside the service. */
    synchronized void refundedByOthers(Money part) {
        Objects.requireNonNull(payments.get(TRANSACTION)).refund("re_others", null, part);
    }

    /** Reverses the refunds. */
    synchronized void refundsReversed() {
        payments.values().forEach(payment -> payment.refunds.clear());
    }

    /** The user's net payment: charges minus refunds. */
    synchronized Money standing(Money zeroOf) {
        return payments.values().stream()
                .map(payment -> payment.found().remainder())
                .filter(left -> !left.isZero())
                .reduce((one, other) -> new Money(one.amount().add(other.amount()), one.currency()))
                .orElse(none(zeroOf));
    }

    synchronized ProfileCreation createProfile(int attempt) {
        if (profileOwner == null) {
            profileOwner = id;
        }
        return new ProfileCreation(
                profileOwner.equals(id) ? ProfileCreation.State.CREATED : ProfileCreation.State.CONFLICT, attempt);
    }

    synchronized ProfileLookup profile() {
        Ownership ownership =
                profileOwner == null ? Ownership.ABSENT : profileOwner.equals(id) ? Ownership.OURS : Ownership.FOREIGN;
        return new ProfileLookup(ownership, null);
    }

    synchronized ProfileDeletion deleteProfile() {
        Ownership ownership = profile().ownership();
        if (ownership == Ownership.OURS) {
            profileOwner = null;
        }
        return switch (ownership) {
            case OURS -> ProfileDeletion.DELETED;
            case ABSENT -> ProfileDeletion.ABSENT;
            case FOREIGN -> ProfileDeletion.NOT_OURS;
        };
    }

    synchronized boolean hasProfile() {
        return id.equals(profileOwner);
    }

    synchronized boolean hasForeignProfile() {
        return profileOwner != null && !id.equals(profileOwner);
    }

    synchronized void saveAccount() {
        account = true;
    }

    synchronized AccountLookup account() {
        return account ? AccountLookup.OURS : AccountLookup.ABSENT;
    }

    synchronized AccountDeletion deleteAccount() {
        boolean had = account;
        account = false;
        return had ? AccountDeletion.DELETED : AccountDeletion.ABSENT;
    }

    synchronized boolean hasAccount() {
        return account;
    }

    synchronized void send(String message) {
        if (!messages.contains(message)) {
            messages.add(message);
        }
    }

    synchronized List<String> messages() {
        return List.copyOf(messages);
    }
}
