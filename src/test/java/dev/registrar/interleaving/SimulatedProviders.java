package dev.registrar.interleaving;

import dev.registrar.compensation.UndoAction;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.payment.PaymentGateway;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.RefundStatus;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfiles;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The providers of one registration, with honest idempotency, disturbed at random. Thread-safe. */
final class SimulatedProviders implements PaymentGateway {

    private final Disturbance disturbance;
    private final PaymentGuarantees guarantees;
    private final Map<String, FoundPayment> payments = new ConcurrentHashMap<>();
    private final Map<String, Integer> effects = new ConcurrentHashMap<>();
    private volatile boolean voided;
    private volatile boolean declines;
    private volatile boolean operatorPays;
    private volatile boolean profile;
    private volatile Predicate<UndoAction> planned = action -> true;

    SimulatedProviders(Disturbance disturbance, boolean voids) {
        this.disturbance = disturbance;
        this.guarantees = new PaymentGuarantees(Duration.ofHours(24), true, Duration.ZERO, voids);
    }

    void declines() {
        declines = true;
    }

    private <T> T changing(Step service, Supplier<T> effect) {
        return disturbance.changing(service, () -> atomically(effect));
    }

    private <T> T undoing(Step service, Supplier<T> effect) {
        return disturbance.undoing(service, () -> atomically(effect));
    }

    private <T> T reading(Step service, Supplier<T> answer) {
        return disturbance.reading(service, () -> atomically(answer));
    }

    private synchronized <T> T atomically(Supplier<T> work) {
        return work.get();
    }

    @Override
    public PaymentGuarantees guarantees() {
        return guarantees;
    }

    /** Whether the registration's ledger has a row of this action: asked whenever an undo has its effect. */
    void planned(Predicate<UndoAction> rows) {
        planned = rows;
    }

    private void undoes(UndoAction action) {
        effects.merge("undo without a row", planned.test(action) ? 0 : 1, Integer::sum);
    }

    @Override
    public PaymentResult charge(RegistrationId id, PaymentRequest payment, CallLimit limit) {
        return charge(IdempotencyKey.charge(id).value(), payment);
    }

    /** One effect for each key. */
    PaymentResult charge(String key, PaymentRequest payment) {
        return changing(Step.PAYMENT, () -> {
            if (declines || voided) {
                return new PaymentResult(null, PaymentStatus.DECLINED, null, null, "no");
            }
            FoundPayment made = payments.computeIfAbsent("tx_" + key, tx -> {
                effects.merge("charge without profile", profile ? 0 : 1, Integer::sum);
                effects.merge("charges", 1, Integer::sum);
                return new FoundPayment(
                        tx,
                        PaymentStatus.SUCCEEDED,
                        payment.amount(),
                        payment.amount(),
                        List.of(),
                        Instant.EPOCH,
                        true);
            });
            return new PaymentResult(
                    made.transactionId(), PaymentStatus.SUCCEEDED, made.captured(), Instant.EPOCH, null);
        });
    }

    @Override
    public ChargeReference voidCharge(RegistrationId id, ChargeReference charge) {
        changing(Step.PAYMENT, () -> voided = true);
        return charge;
    }

    @Override
    public boolean isVoided(RegistrationId id, ChargeReference charge) {
        return reading(Step.PAYMENT, () -> voided);
    }

    @Override
    public List<FoundPayment> find(RegistrationId id, ChargeReference charge) {
        return reading(Step.PAYMENT, () -> List.copyOf(payments.values()));
    }

    @Override
    public Optional<FoundPayment> get(RegistrationId id, String transactionId) {
        return reading(Step.PAYMENT, () -> Optional.ofNullable(payments.get(transactionId)));
    }

    @Override
    public void refund(RegistrationId id, String transactionId, IdempotencyKey key, Money amount) {
        undoing(Step.PAYMENT, () -> {
            undoes(UndoAction.REFUND);
            if (effects.putIfAbsent(key.value(), 1) == null) {
                giveBack(transactionId, key.value(), amount);
            }
            return true;
        });
    }

    private void giveBack(String transactionId, String key, Money amount) {
        payments.computeIfPresent(transactionId, (tx, payment) -> {
            List<FoundRefund> refunds = new ArrayList<>(payment.refunds());
            refunds.add(new FoundRefund("re_" + refunds.size(), key, amount, RefundStatus.SUCCEEDED));
            return new FoundPayment(
                    tx, payment.status(), payment.amount(), payment.captured(), refunds, payment.timestamp(), true);
        });
    }

    /** Money that an operator returns outside the gateway. */
    void paidByHand(Money amount) {
        effects.merge("paid by hand", 1, Integer::sum);
    }

    int count(String effect) {
        return effects.getOrDefault(effect, 0);
    }

    /** The user's net payment, including what operators returned. */
    synchronized BigDecimal net(Money price) {
        BigDecimal sum = payments.values().stream()
                .map(payment -> payment.captured().amount().subtract(givenBack(payment)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return sum.subtract(price.amount().multiply(BigDecimal.valueOf(count("paid by hand"))));
    }

    private static BigDecimal givenBack(FoundPayment payment) {
        return payment.refunds().stream()
                .map(refund -> refund.amount().amount())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    synchronized boolean charged() {
        return payments.values().stream().anyMatch(payment -> givenBack(payment).signum() == 0);
    }

    synchronized boolean hasProfile() {
        return profile;
    }

    UserProfiles profiles() {
        return new UserProfiles() {

            @Override
            public ProfileGuarantees guarantees() {
                return new ProfileGuarantees(Duration.ofHours(24), true);
            }

            @Override
            public ProfileCreation.State create(RegistrationId id, UserProfile fresh, CallLimit limit) {
                return createProfile(id);
            }

            @Override
            public ProfileLookup find(RegistrationId id, String userId) {
                return reading(Step.PROFILE, SimulatedProviders.this::seen);
            }

            @Override
            public ProfileLookup update(RegistrationId id, UserProfile changed) {
                return changing(Step.PROFILE, SimulatedProviders.this::seen);
            }

            @Override
            public ProfileDeletion delete(RegistrationId id, String userId) {
                return deleteProfile();
            }
        };
    }

    private ProfileCreation.State createProfile(RegistrationId id) {
        return changing(Step.PROFILE, () -> {
            if (effects.putIfAbsent(IdempotencyKey.profile(id).value(), 1) == null) {
                profile = true;
            }
            return ProfileCreation.State.CREATED;
        });
    }

    private ProfileLookup seen() {
        return new ProfileLookup(profile ? Ownership.OURS : Ownership.ABSENT, profile ? "\"1\"" : null);
    }

    /** Set while an operator's decision is not yet recorded; the run may have continued in between. */
    void operatorPays(boolean now) {
        operatorPays = now;
    }

    private ProfileDeletion deleteProfile() {
        return undoing(Step.PROFILE, () -> {
            boolean was = profile;
            undoes(UndoAction.DELETE_PROFILE);
            effects.merge(
                    "profile deleted while charged",
                    was && charged() && !operatorPays && count("paid by hand") == 0 ? 1 : 0,
                    Integer::sum);
            profile = false;
            return was ? ProfileDeletion.DELETED : ProfileDeletion.ABSENT;
        });
    }

    MessageReceipt send(Step channel, IdempotencyKey key) {
        return changing(channel, () -> {
            effects.putIfAbsent(key.value(), 1);
            return new MessageReceipt("msg_" + key.value().hashCode());
        });
    }
}
