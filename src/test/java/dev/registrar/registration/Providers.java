package dev.registrar.registration;

import dev.registrar.account.DatabaseService.AccountDeletion;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentLookup;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.RefundResult;
import dev.registrar.payment.PaymentService.RefundState;
import dev.registrar.payment.PaymentService.RefundStatus;
import dev.registrar.payment.PaymentService.VoidResult;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the outside world holds of one registration: profile, charge, account, messages. Thread-safe. */
final class Providers {

    static final String TRANSACTION = "tx_1";

    private final RegistrationId id;
    private @Nullable RegistrationId profileOwner;
    private boolean account;
    private @Nullable PaymentStatus payment;
    private @Nullable Money captured;
    private @Nullable Money refunded;
    private PaymentStatus chargesAs = PaymentStatus.SUCCEEDED;
    private @Nullable Money chargesAmount;
    private int pendingReads = Integer.MAX_VALUE;
    private final List<String> messages = new ArrayList<>();

    Providers(RegistrationId id) {
        this.id = id;
    }

    /** The user's profile belongs to another registration. */
    synchronized void profileOfAnother() {
        profileOwner = RegistrationId.random();
    }

    synchronized void plantProfile() {
        profileOwner = id;
    }

    /** How the gateway decides when it is asked to charge. */
    synchronized void chargesAs(PaymentStatus status) {
        chargesAs = status;
    }

    synchronized void chargesAmount(Money amount) {
        chargesAmount = amount;
    }

    /** A pending payment succeeds after so many reads. */
    synchronized void succeedsAfterReads(int reads) {
        pendingReads = reads;
    }

    synchronized PaymentResult charge(Money amount, int attempt) {
        if (payment == null) {
            Money taken = chargesAmount == null ? amount : chargesAmount;
            payment = chargesAs;
            captured = payment == PaymentStatus.SUCCEEDED ? taken : taken.minus(taken);
            refunded = taken.minus(taken);
            if (payment == PaymentStatus.PENDING) {
                chargesAmount = taken;
            }
        }
        boolean declined = payment == PaymentStatus.DECLINED;
        return new PaymentResult(
                TRANSACTION, payment, declined ? amount : captured, null, declined ? "card_declined" : null, attempt);
    }

    /** Prevents the charge for good; a payment under way is cancelled, one that was captured stays. */
    synchronized VoidResult voidCharge() {
        if (payment == null || payment == PaymentStatus.PENDING) {
            payment = PaymentStatus.CANCELLED;
            captured = captured == null ? Money.of("0", "USD") : captured.zero();
            refunded = captured;
        }
        return new VoidResult(find().payments(), true);
    }

    synchronized PaymentLookup find() {
        if (payment == null || captured == null || refunded == null) {
            return PaymentLookup.NONE;
        }
        if (payment == PaymentStatus.PENDING && pendingReads-- <= 0 && chargesAmount != null) {
            payment = PaymentStatus.SUCCEEDED;
            captured = chargesAmount;
        }
        List<FoundRefund> refunds = refunded.isZero()
                ? List.of()
                : List.of(new FoundRefund("re_1", null, refunded, RefundStatus.SUCCEEDED));
        return new PaymentLookup(
                List.of(new FoundPayment(TRANSACTION, payment, captured, captured, refunds, null, true)));
    }

    synchronized RefundResult refund(int attempt) {
        if (captured == null) {
            throw new IllegalStateException("a refund of nothing");
        }
        refunded = captured;
        return new RefundResult(RefundState.REFUNDED, captured.minus(captured), attempt);
    }

    /** Others give back all of it. */
    synchronized void refundedByOthers() {
        refunded = captured;
    }

    /** What the user has paid in the end: charges minus refunds. */
    synchronized Money standing(Money none) {
        return captured == null || refunded == null ? none.minus(none) : captured.minus(refunded);
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
