package dev.registrar.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoState;
import dev.registrar.model.Money;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentLookup;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.reconcile.HeldBeside.Verdict;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepReport;
import dev.registrar.store.StepStatus;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the providers hold beside our rows: the verdicts, and how long an inquiry may take. */
class ProviderInquiryTest {

    private static final Money PRICE = Money.of("49.90", "USD");
    private static final ProviderNames CONFIGURED = new ProviderNames("stripe@api", "scim@idp");
    private static final RegistrationId ID = RegistrationId.random();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Supplier<List<FoundPayment>> payments = () -> List.of(payment("tx_1", PRICE));
    private Supplier<Ownership> profile = () -> Ownership.OURS;
    private Supplier<AccountLookup> account = () -> AccountLookup.OURS;

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private static FoundPayment payment(String transaction, Money captured) {
        return new FoundPayment(transaction, PaymentStatus.SUCCEEDED, captured, captured, List.of(), null, true);
    }

    @SuppressWarnings("unchecked")
    private static <T> T service(Class<T> type, Supplier<?> answer) {
        return (T) Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> answer.get());
    }

    private ProviderInquiry inquiry(Duration limit) {
        return new ProviderInquiry(
                service(PaymentService.class, () -> new PaymentLookup(payments.get())),
                service(UserProfileService.class, () -> new ProfileLookup(profile.get(), null)),
                service(DatabaseService.class, () -> account.get()),
                CONFIGURED,
                threads,
                limit,
                Clock.systemUTC());
    }

    private static Registration registration(
            RegistrationStatus status, StepStatus payment, @Nullable String reference) {
        Instant now = Instant.now();
        List<StepReport> steps = List.of(
                new StepReport(Step.PROFILE, StepStatus.SUCCEEDED, 1, now, now, "u-1"),
                new StepReport(Step.PAYMENT, payment, 1, now, now, reference),
                new StepReport(Step.DATABASE, StepStatus.SUCCEEDED, 1, now, now, "u-1"));
        return new Registration(
                ID,
                "caller",
                null,
                "",
                "u-1",
                PRICE,
                status,
                steps,
                now,
                List.of(),
                null,
                null,
                null,
                1,
                0,
                null,
                now,
                now,
                status.ended() ? now : null);
    }

    private static Compensation row(UndoAction action, UndoState state, @Nullable String reference) {
        Instant now = Instant.now();
        return new Compensation(
                UUID.randomUUID(), ID, action, state, reference, "key", PRICE, 1, null, null, now, null, null, null, 0);
    }

    private List<HeldBeside> ask(Registration registration, Compensation... rows) throws InterruptedException {
        return inquiry(Duration.ofSeconds(10)).ask(registration, CONFIGURED, List.of(rows));
    }

    private Verdict payment(Registration registration, Compensation... rows) throws InterruptedException {
        return ask(registration, rows).stream()
                .filter(item -> item.service() == Step.PAYMENT)
                .reduce((first, last) -> last)
                .orElseThrow()
                .verdict();
    }

    private static Registration completed() {
        return registration(RegistrationStatus.COMPLETED, StepStatus.SUCCEEDED, "tx_1");
    }

    @Test
    void chargeAgreesOnlyWithExactlyItsPayment() throws InterruptedException {
        assertThat(payment(completed())).isEqualTo(Verdict.AGREES);

        payments = () -> List.of(payment("tx_1", Money.of("4.99", "USD")));
        assertThat(payment(completed())).as("another amount").isEqualTo(Verdict.DIFFERS);
        payments = () -> List.of(payment("tx_2", PRICE));
        assertThat(payment(completed())).as("another payment").isEqualTo(Verdict.DIFFERS);
        payments = () -> List.of(payment("tx_1", PRICE), payment("tx_2", PRICE));
        assertThat(ask(completed()).stream()
                        .filter(item -> item.service() == Step.PAYMENT)
                        .map(HeldBeside::verdict))
                .containsExactly(Verdict.AGREES, Verdict.DIFFERS);
        payments = List::of;
        assertThat(payment(completed())).as("none").isEqualTo(Verdict.DIFFERS);
    }

    @Test
    void unknownPaymentDiffersFromEveryAnswer() throws InterruptedException {
        Registration unknown = registration(RegistrationStatus.NEEDS_ATTENTION, StepStatus.UNKNOWN, null);
        Compensation open = row(UndoAction.RESOLVE_PAYMENT, UndoState.OPEN, null);

        assertThat(payment(unknown, open)).isEqualTo(Verdict.DIFFERS);
        payments = List::of;
        assertThat(payment(unknown, open)).isEqualTo(Verdict.DIFFERS);
    }

    @Test
    void refundAgreesWithWhatIsLeftAtTheGateway() throws InterruptedException {
        Registration failed = registration(RegistrationStatus.FAILED, StepStatus.SUCCEEDED, "tx_1");

        assertThat(payment(failed, row(UndoAction.REFUND, UndoState.OPEN, "tx_1")))
                .isEqualTo(Verdict.AGREES);
        assertThat(payment(failed, row(UndoAction.REFUND, UndoState.DONE, "tx_1")))
                .as("reversed")
                .isEqualTo(Verdict.DIFFERS);
        assertThat(payment(
                        failed,
                        row(UndoAction.REFUND, UndoState.DONE, "tx_1"),
                        row(UndoAction.REFUND, UndoState.OPEN, "tx_1")))
                .as("sent again")
                .isEqualTo(Verdict.AGREES);
        payments = List::of;
        assertThat(payment(failed, row(UndoAction.REFUND, UndoState.OPEN, "tx_1")))
                .isEqualTo(Verdict.DIFFERS);
    }

    @Test
    void stepUnderWayAgreesWithEveryAnswer() throws InterruptedException {
        Registration running = registration(RegistrationStatus.RUNNING, StepStatus.RUNNING, null);

        assertThat(payment(running)).isEqualTo(Verdict.AGREES);
        payments = List::of;
        assertThat(payment(running)).isEqualTo(Verdict.AGREES);
    }

    @Test
    void profileOfAnotherRegistrationDiffers() throws InterruptedException {
        profile = () -> Ownership.FOREIGN;
        account = () -> AccountLookup.ABSENT;

        assertThat(ask(completed()).stream().map(HeldBeside::verdict))
                .containsExactly(
                        Verdict.DIFFERS, Verdict.AGREES, Verdict.DIFFERS, Verdict.NOT_ASKED, Verdict.NOT_ASKED);
        assertThat(ask(completed(), row(UndoAction.DELETE_PROFILE, UndoState.DONE, "u-1"))
                        .get(0)
                        .verdict())
                .as("ours is gone")
                .isEqualTo(Verdict.AGREES);
    }

    @Test
    void anotherProviderThanTheOneThatActedIsNotAsked() throws InterruptedException {
        boolean[] asked = {false};
        payments = () -> {
            asked[0] = true;
            return List.of();
        };

        List<HeldBeside> items = inquiry(Duration.ofSeconds(10))
                .ask(completed(), new ProviderNames("registrar@old", "scim@idp"), List.of());

        assertThat(items.get(1).verdict()).isEqualTo(Verdict.NOT_ASKED);
        assertThat(items.get(1).held()).contains("stripe@api");
        assertThat(items.get(0).verdict()).isEqualTo(Verdict.AGREES);
        assertThat(asked[0]).isFalse();
    }

    @Test
    void failedCallIsNoAnswerAndSaysWhy() throws InterruptedException {
        payments = () -> {
            throw new UnavailableException(Step.PAYMENT, "payment find: refused");
        };
        profile = () -> {
            throw new IllegalStateException("ada@example.com");
        };

        List<HeldBeside> items = ask(completed());

        assertThat(items.get(1).verdict()).isEqualTo(Verdict.NO_ANSWER);
        assertThat(items.get(1).held()).isEqualTo("payment find: refused");
        assertThat(items.get(0).verdict()).isEqualTo(Verdict.NO_ANSWER);
        assertThat(items.get(0).held()).isEqualTo("the call failed");
        assertThat(items.get(2).verdict()).isEqualTo(Verdict.AGREES);
    }

    @Test
    void allAnswersTogetherAreWaitedForNoLongerThanTheLimit() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Supplier<RuntimeException> hangs = () -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new IllegalStateException();
        };
        payments = () -> {
            throw hangs.get();
        };
        profile = () -> {
            throw hangs.get();
        };
        long begun = System.nanoTime();

        List<HeldBeside> items = inquiry(Duration.ofMillis(1500)).ask(completed(), CONFIGURED, List.of());

        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(1400), Duration.ofMillis(2900));
        assertThat(items.subList(0, 2)).extracting(HeldBeside::verdict).containsOnly(Verdict.NO_ANSWER);
        assertThat(items.get(0).held()).isEqualTo("no answer within 1 s");
        assertThat(items.get(2).verdict()).isEqualTo(Verdict.AGREES);
        end.countDown();
    }

    @Test
    void inquiryBeyondTheThreadsIsNoAnswer() throws InterruptedException {
        ProviderInquiry busy = new ProviderInquiry(
                service(PaymentService.class, () -> PaymentLookup.NONE),
                service(UserProfileService.class, () -> new ProfileLookup(Ownership.OURS, null)),
                service(DatabaseService.class, () -> AccountLookup.OURS),
                CONFIGURED,
                task -> {
                    throw new RejectedExecutionException();
                },
                Duration.ofSeconds(1),
                Clock.systemUTC());

        assertThat(busy.ask(completed(), CONFIGURED, List.of()).subList(0, 3))
                .extracting(HeldBeside::verdict)
                .containsOnly(Verdict.NO_ANSWER);
    }
}
