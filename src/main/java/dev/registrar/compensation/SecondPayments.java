package dev.registrar.compensation;

import dev.registrar.compensation.CompensationRecords.BeginUndo;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.model.CallException;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FindPayment;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the gateway, before a payment that it had confirmed is refunded, whether it holds a further one of the registration: it
 * would be found only by a comparison, and the profile be deleted before that. Without an answer the undo begins all the same, and the
 * payment is looked up again after the end. Thread-safe.
 */
public final class SecondPayments {

    /** How long the undo waits for the answer. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(SecondPayments.class);

    private final RegistrationStore registrations;
    private final Gateway gateway;

    SecondPayments(RegistrationStore registrations, Gateway gateway) {
        this.registrations = registrations;
        this.gateway = gateway;
    }

    /** What the gateway holds. */
    interface Gateway {

        /**
         * All payments of the registration; empty if there is no answer.
         *
         * @param known the transaction of the confirmed one
         */
        Optional<List<FoundPayment>> held(Registration row, String known, ProviderNames acting);
    }

    /** For a gateway that does not find payments. */
    public static SecondPayments notAsked(RegistrationStore registrations) {
        return new SecondPayments(registrations, (row, known, acting) -> Optional.of(List.of()));
    }

    /**
     * @param configured the providers that are asked: another one's answer proves nothing
     * @param executor runs the calls; one without an answer in time occupies a thread until its own deadline
     */
    public static SecondPayments over(
            RegistrationStore registrations, PaymentService payments, ProviderNames configured, Executor executor) {
        return new SecondPayments(registrations, (row, known, acting) -> {
            if (configured.isNot(Step.PAYMENT, acting.payment())) {
                return Optional.empty();
            }
            ChargeReference charge = new ChargeReference(null, row.createdAt(), known);
            return answer(
                    () -> payments.findPayment(new FindPayment(row.id(), row.userId(), acting.payment(), charge))
                            .payments(),
                    executor);
        });
    }

    private static Optional<List<FoundPayment>> answer(Supplier<List<FoundPayment>> question, Executor executor) {
        try {
            return Optional.of(
                    CompletableFuture.supplyAsync(question, executor).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (RejectedExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            if (!(cause instanceof CallException)) {
                // An error of ours is no reason to leave the known payment where it is. Its text may quote the answer.
                LOG.error(
                        "a lookup of further payments failed: {}",
                        cause.getClass().getName());
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** The same undo with a refund of each further payment, after that of the known one. */
    BeginUndo added(BeginUndo undo) {
        Optional<PlannedUndo> known = undo.undo().stream()
                .filter(each -> each.action() == UndoAction.REFUND && each.reference() != null)
                .findFirst();
        if (undo.held() || known.isEmpty()) {
            return undo;
        }
        RegistrationId id = undo.registrationId();
        Registration row = registrations.find(id).orElseThrow();
        Optional<List<FoundPayment>> held =
                gateway.held(row, Objects.requireNonNull(known.get().reference()), registrations.providers(id));
        boolean doubt =
                held.isEmpty() || held.get().stream().anyMatch(payment -> payment.status() == PaymentStatus.PENDING);
        return with(undo, further(undo, known.get(), held.orElse(List.of())), undo.inDoubt() || doubt);
    }

    private static List<PlannedUndo> further(BeginUndo undo, PlannedUndo known, List<FoundPayment> held) {
        PaymentVerdict verdict =
                new PaymentVerdict(PaymentVerdict.Kind.CHARGED, known.reference(), known.amount(), held, false);
        List<PlannedUndo> plan = new ArrayList<>(undo.undo());
        verdict.refundsOfExtras(undo.registrationId()).stream()
                .filter(extra -> plan.stream()
                        .noneMatch(each -> Objects.equals(each.reference(), extra.reference())
                                && each.action() == UndoAction.REFUND))
                .forEach(extra -> plan.add(plan.indexOf(known) + 1, extra));
        return plan;
    }

    private static BeginUndo with(BeginUndo undo, List<PlannedUndo> plan, boolean inDoubt) {
        return new BeginUndo(
                undo.registrationId(),
                undo.run(),
                undo.intendedEnd(),
                plan,
                undo.history(),
                inDoubt,
                undo.held(),
                undo.at());
    }
}
