package dev.registrar.compensation;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.account.DatabaseService.AccountReference;
import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.PatientCall;
import dev.registrar.call.Timers;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.FindPayment;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentLookup;
import dev.registrar.payment.PaymentService.VoidPayment;
import dev.registrar.payment.PaymentService.VoidResult;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfileService.ProfileReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All lookups at the providers for one registration: whether the user was charged, whose the profile is, whether there
 * is an account. One miss is not proof: an absence takes two answers {@code settleAfter} apart, unless a void proves it
 * at once. A missing answer never counts as an absence. Workflow code.
 */
public final class Inquiries {

    private static final String PAYMENT_UNKNOWN = "payment_unknown";

    private final UndoTarget target;
    private final Function<Step, CallMonitor> monitors;

    /** The lag of the gateway's lookups as promised now, if longer than promised at the start. */
    private Duration lag = Duration.ZERO;

    private String paymentCode = PAYMENT_UNKNOWN;

    /** @param monitors receives the waits of each service's calls */
    public Inquiries(UndoTarget target, Function<Step, CallMonitor> monitors) {
        this.target = target;
        this.monitors = monitors;
    }

    /**
     * The parameters of a payment inquiry.
     *
     * @param grace how long a sent charge may still be under way: the first lookup comes after that
     * @param mayVoid whether the charge may be prevented for good: not while it may still succeed legitimately, and not
     *     once its key may be forgotten
     * @param chargeSeen whether a 2xx to our charge was seen: then no single answer proves that nothing is charged
     * @param transactionId the transaction of that 2xx, the one to keep
     * @param known a transaction of the registration named by the ledger: it helps the lookup and proves nothing
     */
    public record PaymentQuestion(
            Duration grace,
            boolean mayVoid,
            boolean chargeSeen,
            @Nullable String transactionId,
            @Nullable String known) {

        public PaymentQuestion(Duration grace, boolean mayVoid, boolean chargeSeen) {
            this(grace, mayVoid, chargeSeen, null, null);
        }

        private @Nullable String anyTransaction() {
            return transactionId == null ? known : transactionId;
        }
    }

    /**
     * Whether the user was charged, and which payments the gateway holds. A void decides at once; without one an absence
     * takes two lookups, a pending payment is polled, and no answer is unknown.
     */
    public PaymentVerdict payment(PaymentQuestion question) {
        CallMonitor monitor = monitors.apply(Step.PAYMENT);
        Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, question.grace());
        if (question.mayVoid() && target.voids()) {
            Optional<PaymentVerdict> decided = voided(question, monitor);
            if (decided.isPresent()) {
                return decided.get();
            }
        }
        return target.finds() ? lookedUp(question, monitor) : PaymentVerdict.UNKNOWN;
    }

    /** Empty if the void decides nothing. */
    private Optional<PaymentVerdict> voided(PaymentQuestion question, CallMonitor monitor) {
        VoidPayment request = new VoidPayment(
                target.registrationId(),
                target.userId(),
                target.providers().payment(),
                target.charge(question.transactionId()));
        VoidResult result;
        try {
            result = new PatientCall(target.lookup(), monitor)
                    .run(PaymentService.class, service -> service.voidPayment(request));
        } catch (CallGaveUpException e) {
            return Optional.empty();
        }
        PaymentVerdict verdict = judge(result.payments(), question);
        boolean decided = verdict.everCharged() || (result.proved() && !verdict.open() && !question.chargeSeen());
        return decided ? Optional.of(result.proved() ? verdict.asProved() : verdict) : Optional.empty();
    }

    private PaymentVerdict lookedUp(PaymentQuestion question, CallMonitor monitor) {
        boolean missedOnce = false;
        int polls = 0;
        Duration polled = Duration.ZERO;
        while (true) {
            Optional<List<FoundPayment>> held = paymentsNow(question.anyTransaction());
            if (held.isEmpty()) {
                return PaymentVerdict.UNKNOWN;
            }
            PaymentVerdict verdict = judge(held.get(), question);
            if (verdict.kind() == PaymentVerdict.Kind.PENDING) {
                missedOnce = false;
                polls++;
                Duration wait = target.lookup().intervalAfter(polls);
                polled = polled.plus(wait);
                if (polled.compareTo(target.lookup().patience()) > 0) {
                    return verdict.asUnknown();
                }
                Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, wait);
                continue;
            }
            boolean missed =
                    verdict.kind() == PaymentVerdict.Kind.ABSENT || (question.chargeSeen() && !verdict.everCharged());
            if (!missed || missedOnce) {
                return verdict;
            }
            missedOnce = true;
            Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, betweenPaymentReads());
        }
    }

    /** How far apart two reads of the gateway have to be: {@code settleAfter}, or the lag as promised now if longer. */
    public Duration betweenPaymentReads() {
        return target.settleAfter().compareTo(lag) < 0 ? lag : target.settleAfter();
    }

    private PaymentVerdict judge(List<FoundPayment> held, PaymentQuestion question) {
        return PaymentVerdict.of(held, target.price(), question.transactionId());
    }

    /**
     * One lookup of all payments held now; empty if the gateway does not answer. Proves no absence.
     *
     * @param known a transaction of the registration, if known
     */
    public Optional<List<FoundPayment>> paymentsNow(@Nullable String known) {
        FindPayment request = new FindPayment(
                target.registrationId(), target.userId(), target.providers().payment(), target.charge(known));
        try {
            PaymentLookup found = call(Step.PAYMENT).run(PaymentService.class, service -> service.findPayment(request));
            Duration now = found.lag();
            lag = now == null || now.compareTo(lag) < 0 ? lag : now;
            paymentCode = PAYMENT_UNKNOWN;
            return Optional.of(found.payments());
        } catch (CallGaveUpException e) {
            paymentCode = e.code().equals(UnavailableException.PROVIDER_CHANGED) ? e.code() : PAYMENT_UNKNOWN;
            return Optional.empty();
        }
    }

    /**
     * The error code of a payment that stayed unknown: {@code provider_changed} if the last lookup was not made because
     * another provider is configured, else {@code payment_unknown}.
     */
    public String unknownPaymentCode() {
        return paymentCode;
    }

    /**
     * Who owns the profile; empty if the API does not answer.
     *
     * @param mayLand whether a create may have had, or may still have, its effect
     * @param provedOnce whether the profile was proved to exist as ours: by a 2xx or a lookup
     * @param grace how long that create may still be under way
     */
    public Optional<Ownership> profile(boolean mayLand, boolean provedOnce, Duration grace) {
        CallMonitor monitor = monitors.apply(Step.PROFILE);
        Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, grace);
        Optional<Ownership> first = profileNow();
        if (!(mayLand || provedOnce) || !first.equals(Optional.of(Ownership.ABSENT))) {
            return first;
        }
        Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, target.settleAfter());
        return profileNow();
    }

    /** The same by a single lookup now: who owns the profile; empty if the profile API does not answer. */
    public Optional<Ownership> profileNow() {
        ProfileReference request = new ProfileReference(
                target.registrationId(),
                target.userId(),
                null,
                target.providers().profile());
        try {
            return Optional.of(call(Step.PROFILE)
                    .run(UserProfileService.class, service -> service.getUserProfile(request))
                    .ownership());
        } catch (CallGaveUpException e) {
            return Optional.empty();
        }
    }

    /** Who owns the account; empty if the database does not answer. */
    public Optional<AccountLookup> account() {
        AccountReference request = new AccountReference(target.registrationId(), target.userId());
        try {
            return Optional.of(call(Step.DATABASE).run(DatabaseService.class, service -> service.getUserData(request)));
        } catch (CallGaveUpException e) {
            return Optional.empty();
        }
    }

    private PatientCall call(Step service) {
        return new PatientCall(target.lookup(), monitors.apply(service));
    }
}
