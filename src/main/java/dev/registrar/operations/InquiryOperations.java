package dev.registrar.operations;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoFailures;
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
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Shows what the providers hold for a registration now, beside our rows. Changes nothing, neither there nor here, but is
 * audited. Thread-safe.
 */
public final class InquiryOperations {

    private final RegistrationStore registrations;
    private final CompensationLedger ledger;
    private final UndoFailures undoFailures;
    private final ProviderInquiry providers;
    private final AuditLog audit;

    public InquiryOperations(
            RegistrationStore registrations,
            CompensationLedger ledger,
            UndoFailures undoFailures,
            ProviderInquiry providers,
            AuditLog audit) {
        this.registrations = registrations;
        this.ledger = ledger;
        this.undoFailures = undoFailures;
        this.providers = providers;
        this.audit = audit;
    }

    /**
     * The answers, and what each attempt of the steps and of their undo met.
     *
     * @param commandSeq how many commands the registration has received: to be passed back as {@code seenSeq}
     * @param items at least one per service
     * @param attempts failed attempts of all steps and undo rows, oldest first
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
     * A failed attempt of a step, or of its undo.
     *
     * @param action what the undo does, for example {@code refund}; absent for a step
     * @param outcome {@code not_sent, sent, unknown}
     * @param code the provider's or our own code
     * @param requestId the provider's id of the request
     */
    public record AttemptView(
            String service,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String action,

            int attempt,
            Instant at,
            String outcome,
            @Nullable Integer httpStatus,
            @Nullable String code,
            @Nullable String requestId) {

        private static AttemptView of(Step service, @Nullable UndoAction action, AttemptFailure failure) {
            return new AttemptView(
                    service.code(),
                    action == null ? null : action.code(),
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
        List<Compensation> undo = ledger.of(id);
        List<HeldView> items = providers.ask(row, registrations.providers(id), undo).stream()
                .map(HeldView::of)
                .toList();
        return new InquiryView(id, row.status().name(), row.commandSeq(), items, attempts(row, undo));
    }

    private List<AttemptView> attempts(Registration row, List<Compensation> undo) {
        Map<UUID, List<AttemptFailure>> ofUndo = undoFailures.of(row.id());
        Stream<AttemptView> ofSteps = row.steps().stream()
                .flatMap(step -> step.failures().stream().map(failure -> AttemptView.of(step.name(), null, failure)));
        Stream<AttemptView> ofRows = undo.stream()
                .flatMap(each -> ofUndo.getOrDefault(each.id(), List.of()).stream()
                        .map(failure -> AttemptView.of(each.action().service(), each.action(), failure)));
        return Stream.concat(ofSteps, ofRows)
                .sorted(Comparator.comparing(AttemptView::at).thenComparingInt(AttemptView::attempt))
                .toList();
    }
}
