package dev.registrar.reconcile;

import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.notification.NotificationService;
import dev.registrar.payment.PaymentService;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileCreation.State;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Scripted gateway, profile API and messengers that keep their state and record each call as {@code method id}.
 * Thread-safe.
 */
public final class FakeProviders implements PaymentService, UserProfileService, NotificationService {

    /** One call; the time is the milliseconds of the test's clock. */
    public record Call(String what, long at) {}

    private final LongSupplier clock;
    private final List<Call> calls = new ArrayList<>();
    private final Set<String> down = new HashSet<>();
    private final Set<String> lying = new HashSet<>();
    private final Map<RegistrationId, FoundPayment> payments = new HashMap<>();
    private final Map<String, RegistrationId> profiles = new HashMap<>();

    FakeProviders(LongSupplier clock) {
        this.clock = clock;
    }

    /** Clears all state. */
    public synchronized void reset() {
        calls.clear();
        down.clear();
        lying.clear();
        payments.clear();
        profiles.clear();
    }

    /** Makes this method, or this method for one registration ({@code "findPayment <id>"}), unavailable from now on. */
    public synchronized void breaks(String what) {
        down.add(what);
    }

    public synchronized void repairs(String what) {
        down.remove(what);
    }

    /** From now on this method returns success and does nothing. */
    public synchronized void lies(String what) {
        lying.add(what);
    }

    public synchronized void holdsCharge(RegistrationId id, Money captured) {
        holdsPayment(id, PaymentStatus.SUCCEEDED, captured, captured.minus(captured));
    }

    public synchronized void holdsPayment(RegistrationId id, PaymentStatus status, Money captured, Money refunded) {
        List<FoundRefund> refunds = refunded.isZero()
                ? List.of()
                : List.of(new FoundRefund("re_1", null, refunded, RefundStatus.SUCCEEDED));
        payments.put(id, new FoundPayment(transaction(id), status, captured, captured, refunds, null, true));
    }

    public synchronized void holdsProfile(String userId, RegistrationId owner) {
        profiles.put(userId, owner);
    }

    public static String transaction(RegistrationId id) {
        return "tx_" + id;
    }

    public synchronized @Nullable FoundPayment payment(RegistrationId id) {
        return payments.get(id);
    }

    public synchronized @Nullable RegistrationId profile(String userId) {
        return profiles.get(userId);
    }

    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The calls of these methods in order, without their ids. */
    public List<String> order(String... methods) {
        return calls().stream()
                .map(call -> call.what().substring(0, call.what().indexOf(' ')))
                .filter(List.of(methods)::contains)
                .toList();
    }

    private void called(String method, RegistrationId id, Step step) {
        String what = method + " " + id;
        calls.add(new Call(what, clock.getAsLong()));
        if (down.contains(method) || down.contains(what)) {
            throw new UnavailableException(step, method + " is down");
        }
    }

    @Override
    public synchronized PaymentResult processPayment(ProcessPayment request) {
        called("processPayment", request.registrationId(), Step.PAYMENT);
        holdsCharge(request.registrationId(), request.payment().amount());
        return new PaymentResult(
                transaction(request.registrationId()),
                PaymentStatus.SUCCEEDED,
                request.payment().amount(),
                null,
                null);
    }

    @Override
    public synchronized PaymentLookup findPayment(FindPayment request) {
        called("findPayment", request.registrationId(), Step.PAYMENT);
        return new PaymentLookup(Optional.ofNullable(payments.get(request.registrationId())).stream()
                .toList());
    }

    @Override
    public synchronized VoidResult voidPayment(VoidPayment request) {
        called("voidPayment", request.registrationId(), Step.PAYMENT);
        return new VoidResult(
                Optional.ofNullable(payments.get(request.registrationId())).stream()
                        .toList(),
                false);
    }

    @Override
    public synchronized RefundResult refundPayment(RefundPayment request) {
        called("refundPayment", request.registrationId(), Step.PAYMENT);
        FoundPayment payment = payments.get(request.registrationId());
        if (payment == null || payment.status() == PaymentStatus.PENDING) {
            throw new UnavailableException(Step.PAYMENT, "nothing to give back yet");
        }
        if (!payment.refunded().isZero() && !payment.refunded().equals(payment.captured())) {
            return new RefundResult(RefundState.PARTLY, payment.captured().minus(payment.refunded()));
        }
        if (!lying.contains("refundPayment")) {
            holdsPayment(request.registrationId(), payment.status(), payment.captured(), payment.captured());
        }
        return new RefundResult(RefundState.REFUNDED, payment.captured().minus(payment.captured()));
    }

    @Override
    public synchronized ProfileCreation createUserProfile(CreateUserProfile request) {
        called("createUserProfile", request.registrationId(), Step.PROFILE);
        String userId = request.profile().userId();
        boolean ours = profiles.computeIfAbsent(userId, key -> request.registrationId())
                .equals(request.registrationId());
        return new ProfileCreation(ours ? State.CREATED : State.CONFLICT, 1);
    }

    @Override
    public synchronized ProfileLookup getUserProfile(ProfileReference request) {
        called("getUserProfile", request.registrationId(), Step.PROFILE);
        RegistrationId owner = profiles.get(request.userId());
        if (owner == null) {
            return new ProfileLookup(Ownership.ABSENT, null);
        }
        boolean ours = owner.equals(request.registrationId());
        return new ProfileLookup(ours ? Ownership.OURS : Ownership.FOREIGN, "v1");
    }

    @Override
    public synchronized ProfileLookup updateUserProfile(UpdateUserProfile request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized ProfileUndo deleteUserProfile(ProfileReference request) {
        called("deleteUserProfile", request.registrationId(), Step.PROFILE);
        RegistrationId owner = profiles.get(request.userId());
        if (owner == null) {
            return new ProfileUndo(ProfileDeletion.ABSENT, 1);
        }
        if (!owner.equals(request.registrationId())) {
            return new ProfileUndo(ProfileDeletion.NOT_OURS, 1);
        }
        if (!lying.contains("deleteUserProfile")) {
            profiles.remove(request.userId());
        }
        return new ProfileUndo(ProfileDeletion.DELETED, 1);
    }

    @Override
    public synchronized MessageReceipt sendWelcomeEmail(WelcomeEmail request) {
        called("sendWelcomeEmail", request.registrationId(), Step.EMAIL);
        return new MessageReceipt("e-" + request.registrationId());
    }

    @Override
    public synchronized MessageReceipt sendSms(WelcomeSms request) {
        called("sendSms", request.registrationId(), Step.SMS);
        return new MessageReceipt("s-" + request.registrationId());
    }

    @Override
    public synchronized FoundSms findSms(FindSms request) {
        called("findSms", request.registrationId(), Step.SMS);
        return new FoundSms("s-" + request.registrationId());
    }
}
