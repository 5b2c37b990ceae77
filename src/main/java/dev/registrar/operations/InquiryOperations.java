package dev.registrar.operations;

import dev.registrar.compensation.CompensationLedger;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.reconcile.HeldBeside;
import dev.registrar.reconcile.ProviderInquiry;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStore;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Shows what the providers hold for a registration now, beside our rows. Changes nothing, neither there nor here, but is
 * audited. Thread-safe.
 */
public final class InquiryOperations {

    private final RegistrationStore registrations;
    private final CompensationLedger ledger;
    private final ProviderInquiry providers;
    private final AuditLog audit;

    public InquiryOperations(
            RegistrationStore registrations, CompensationLedger ledger, ProviderInquiry providers, AuditLog audit) {
        this.registrations = registrations;
        this.ledger = ledger;
        this.providers = providers;
        this.audit = audit;
    }

    /**
     * The answers, and what each attempt of the steps met.
     *
     * @param commandSeq how many commands the registration has received: to be passed back as {@code seenSeq}
     * @param items at least one per service
     * @param attempts failed attempts of all steps, oldest first
     */
    public record InquiryView(
            RegistrationId registrationId,
            String status,
            int commandSeq,
            List<HeldView> items,
            List<AttemptView> attempts) {}

    /**
     * What one provider holds beside our row.
     *
     * @param held in words; why there is no answer, if there is none
     * @param ours in words
     * @param verdict {@code agrees, differs, no_answer, not_asked}
     * @param reference the provider's id
     * @param amount what it holds and has not refunded; only for payments
     */
    public record HeldView(
            String service,
            @Nullable String provider,
            String held,
            String ours,
            String verdict,
            @Nullable String reference,
            @Nullable BigDecimal amount,
            @Nullable String currency,
            @Nullable Instant answeredAt) {

        static HeldView of(HeldBeside item) {
            Money amount = item.amount();
            return new HeldView(
                    item.service().code(),
                    item.provider(),
                    item.held(),
                    item.ours(),
                    item.verdict().code(),
                    item.reference(),
                    amount == null ? null : amount.amount(),
                    amount == null ? null : amount.currency(),
                    item.answeredAt());
        }
    }

    /**
     * A failed attempt of a step.
     *
     * @param outcome {@code not_sent, sent, unknown}
     * @param code the provider's or our own code
     * @param requestId the provider's id of the request
     */
    public record AttemptView(
            String service,
            int attempt,
            Instant at,
            String outcome,
            @Nullable Integer httpStatus,
            @Nullable String code,
            @Nullable String requestId) {

        private static AttemptView of(Step service, AttemptFailure failure) {
            return new AttemptView(
                    service.code(),
                    failure.attempt(),
                    failure.at(),
                    failure.outcome().name().toLowerCase(Locale.ROOT),
                    failure.httpStatus(),
                    failure.code(),
                    failure.requestId());
        }
    }

    /** Asks every provider once, at the same time; a provider that does not answer within 10 s is reported as such. */
    public InquiryView inquire(UUID uuid, OperatorNote note) throws InterruptedException {
        RegistrationId id = new RegistrationId(uuid);
        Registration row =
                registrations.find(id).orElseThrow(() -> OperationRefusedException.unknown("registration " + id));
        note.requireSeen(row.commandSeq());
        audit.changing(note, new Entry("registration-inquire", RegistrationOperations.subject(id)), () -> {});
        List<HeldView> items = providers.ask(row, registrations.providers(id), ledger.of(id)).stream()
                .map(HeldView::of)
                .toList();
        List<AttemptView> attempts = row.steps().stream()
                .flatMap(step -> step.failures().stream().map(failure -> AttemptView.of(step.name(), failure)))
                .sorted(Comparator.comparing(AttemptView::at).thenComparingInt(AttemptView::attempt))
                .toList();
        return new InquiryView(id, row.status().name(), row.commandSeq(), items, attempts);
    }
}
