package dev.registrar.operations;

import dev.registrar.compensation.CompensationLedger;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.reconcile.HeldBeside;
import dev.registrar.reconcile.ProviderInquiry;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStore;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * Shows what the providers hold for a registration now, beside our rows. Changes nothing, neither there nor here, but is
 * audited. Thread-safe.
 */
public final class InquiryOperations {

    private final RegistrationStore registrations;
    private final CompensationLedger ledger;
    private final ProviderInquiry providers;
    private final Attempts attempts;
    private final AuditLog audit;

    public InquiryOperations(
            RegistrationStore registrations,
            CompensationLedger ledger,
            ProviderInquiry providers,
            Jdbi jdbi,
            AuditLog audit) {
        this.registrations = registrations;
        this.ledger = ledger;
        this.providers = providers;
        this.attempts = jdbi.onDemand(Attempts.class);
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
            @Nullable String requestId) {}

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
        return new InquiryView(id, row.status().name(), row.commandSeq(), items, attempts.of(uuid));
    }

    @RegisterConstructorMapper(AttemptView.class)
    interface Attempts {

        /** As the steps report them. */
        @SqlQuery("""
                SELECT s.name AS service, f.attempt, CAST(f.at AS timestamptz) AS at, f.outcome,
                       f."httpStatus" AS http_status, f.code, f."requestId" AS request_id
                FROM registrations r
                     CROSS JOIN LATERAL jsonb_to_recordset(r.steps) AS s(name text, failures jsonb)
                     CROSS JOIN LATERAL jsonb_to_recordset(COALESCE(s.failures, CAST('[]' AS jsonb)))
                         AS f(attempt int, at text, outcome text, "httpStatus" int, code text, "requestId" text)
                WHERE r.id = :id ORDER BY 3, 2
                """)
        List<AttemptView> of(UUID id);
    }
}
