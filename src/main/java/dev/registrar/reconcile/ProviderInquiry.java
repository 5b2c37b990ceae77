package dev.registrar.reconcile;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.account.DatabaseService.AccountReference;
import dev.registrar.compensation.Compensation;
import dev.registrar.model.CallException;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FindPayment;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfileService.ProfileReference;
import dev.registrar.store.Registration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the providers what they hold for one registration now and compares it with our rows. Reads only, each provider
 * once and all at the same time, in this process: it works while Temporal is away or the worker is paused. Calls pass
 * the circuit breakers. Thread-safe.
 */
public final class ProviderInquiry {

    /** How long all answers together may take. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private final PaymentService payments;
    private final UserProfileService profiles;
    private final DatabaseService accounts;
    private final ProviderNames configured;
    private final Executor executor;
    private final Duration limit;
    private final Clock clock;

    /**
     * @param configured the providers that would be asked: another provider's answers prove nothing
     * @param executor runs the calls; a call without an answer in time occupies a thread until its own deadline
     * @param limit how long all answers together may take
     */
    public ProviderInquiry(
            PaymentService payments,
            UserProfileService profiles,
            DatabaseService accounts,
            ProviderNames configured,
            Executor executor,
            Duration limit,
            Clock clock) {
        this.payments = payments;
        this.profiles = profiles;
        this.accounts = accounts;
        this.configured = configured;
        this.executor = executor;
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * What a provider answered.
     *
     * @param held absent if it was not asked or did not answer
     * @param failure why not; free of personal data
     * @param asked whether a call was made
     */
    record Answer<T>(
            @Nullable T held,
            @Nullable String failure,
            boolean asked,
            @Nullable Instant at) {}

    /**
     * What each provider holds beside our rows: at least one per service, e-mail and SMS included, which cannot be
     * asked.
     *
     * @param acting the providers that act for the registration
     * @param rows its undo work
     */
    public List<HeldBeside> ask(Registration row, ProviderNames acting, List<Compensation> rows)
            throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        RegistrationId id = row.id();
        // Without the request itself, because some gateways could only be asked by repeating it.
        ChargeReference charge =
                new ChargeReference(null, row.createdAt(), row.transactionId().orElse(null));
        Asked<List<FoundPayment>> payment = begin(
                Step.PAYMENT,
                acting,
                () -> payments.findPayment(new FindPayment(id, row.userId(), acting.payment(), charge))
                        .payments());
        Asked<Ownership> profile = begin(
                Step.PROFILE,
                acting,
                () -> profiles.getUserProfile(new ProfileReference(id, row.userId(), null, acting.profile()))
                        .ownership());
        Asked<AccountLookup> account =
                begin(Step.DATABASE, acting, () -> accounts.getUserData(new AccountReference(id, row.userId())));
        HeldComparison comparison = new HeldComparison(row, acting, rows);
        List<HeldBeside> all = new ArrayList<>(comparison.profile(profile.answer(end)));
        all.addAll(comparison.payments(payment.answer(end)));
        all.addAll(comparison.account(account.answer(end)));
        all.add(comparison.notAsked(Step.EMAIL));
        all.add(comparison.notAsked(Step.SMS));
        return all;
    }

    private <T> Asked<T> begin(Step service, ProviderNames acting, Supplier<T> question) {
        if (configured.isNot(service, acting.of(service))) {
            return new Asked<>(null, "the configured provider is " + configured.of(service), false);
        }
        try {
            return new Asked<>(CompletableFuture.supplyAsync(question, executor), "", true);
        } catch (RejectedExecutionException e) {
            return new Asked<>(null, "too many inquiries at once", true);
        }
    }

    private final class Asked<T> {

        private final @Nullable CompletableFuture<T> call;
        private final String refused;
        private final boolean asked;

        private Asked(@Nullable CompletableFuture<T> call, String refused, boolean asked) {
            this.call = call;
            this.refused = refused;
            this.asked = asked;
        }

        private Answer<T> answer(long end) throws InterruptedException {
            if (call == null) {
                return new Answer<>(null, refused, asked, null);
            }
            try {
                T held = call.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                return new Answer<>(held, null, true, clock.instant());
            } catch (TimeoutException e) {
                return new Answer<>(null, "no answer within " + limit.toSeconds() + " s", true, null);
            } catch (ExecutionException e) {
                boolean ours = e.getCause() instanceof CallException;
                String why = ours ? Objects.requireNonNull(e.getCause()).getMessage() : "the call failed";
                return new Answer<>(null, String.valueOf(why), true, null);
            }
        }
    }
}
