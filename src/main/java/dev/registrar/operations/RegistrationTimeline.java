package dev.registrar.operations;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.UndoFailures;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.operations.ResendOperations.ResendStepView;
import dev.registrar.operations.ResendOperations.ResendView;
import dev.registrar.registration.LiveProgress;
import dev.registrar.registration.RegistrationProgress;
import dev.registrar.registration.Resends;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.StepError;
import dev.registrar.store.StepReport;
import dev.registrar.store.StepStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Everything about one registration for operators, personal data masked. Thread-safe. */
public final class RegistrationTimeline {

    private final RegistrationStore store;
    private final CompensationLedger ledger;
    private final UndoFailures undoFailures;
    private final Resends resends;
    private final LiveProgress live;
    private final Jdbi jdbi;

    public RegistrationTimeline(
            RegistrationStore store,
            CompensationLedger ledger,
            UndoFailures undoFailures,
            Resends resends,
            LiveProgress live,
            Jdbi jdbi) {
        this.store = store;
        this.ledger = ledger;
        this.undoFailures = undoFailures;
        this.resends = resends;
        this.live = live;
        this.jdbi = jdbi;
    }

    /** @param steps live if the registration's run answers, otherwise as last written */
    public record Timeline(
            Details registration,
            List<StepEntry> steps,
            List<UndoEntry> compensations,
            List<CommandEntry> commands,
            List<MessageEntry> messages,
            List<StepError> errors) {}

    /**
     * @param idempotencyKey whether the client sent one; the key itself may identify a person
     * @param maskedData absent if it was erased
     */
    public record Details(
            @JsonUnwrapped RegistrationSearch.Entry entry,
            String caller,
            boolean idempotencyKey,
            int run,
            @Nullable Instant attendAt,
            @Nullable Instant undoBegunAt,
            @Nullable String intendedEnd,
            @Nullable MaskedData maskedData) {}

    /** @param failures what its last attempts met, oldest first */
    public record StepEntry(
            Step name,
            StepStatus status,
            int attempts,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String reference,
            List<AttemptFailure> failures) {

        static StepEntry of(StepReport step) {
            return new StepEntry(
                    step.name(),
                    step.status(),
                    step.attempts(),
                    step.startedAt(),
                    step.finishedAt(),
                    step.reference(),
                    step.failures());
        }
    }

    /** @param failures what its last attempts met, oldest first */
    public record UndoEntry(@JsonUnwrapped LedgerEntry row, List<AttemptFailure> failures) {}

    /** @param actor absent if the service itself sent it */
    public record CommandEntry(
            int seq,
            String kind,
            @Nullable String actor,
            @Nullable String reason,
            Instant createdAt,
            @Nullable Instant appliedAt,
            @JsonRawValue @Nullable String result,
            @Nullable String errorCode,
            @Nullable UUID batch) {}

    /** One message of the n-th resend. */
    public record MessageEntry(int n, @JsonUnwrapped ResendStepView step) {}

    /** @throws OperationRefusedException if there is no such registration */
    public Timeline of(UUID uuid) {
        RegistrationId id = new RegistrationId(uuid);
        Registration row = store.find(id).orElseThrow(() -> OperationRefusedException.unknown("registration " + id));
        Optional<RegistrationProgress> progress = row.status().settled() ? Optional.empty() : live.of(id);
        List<Compensation> undo = ledger.of(id);
        return new Timeline(
                details(row, undo),
                steps(progress.map(RegistrationProgress::steps).orElse(row.steps())),
                undo(id, undo),
                jdbi.withExtension(Dao.class, dao -> dao.commands(uuid)),
                resends.of(id).stream()
                        .flatMap(resend ->
                                ResendView.of(resend).items().stream().map(step -> new MessageEntry(resend.n(), step)))
                        .toList(),
                progress.map(RegistrationProgress::errors).orElse(row.errors()));
    }

    private Details details(Registration row, List<Compensation> undo) {
        return new Details(
                RegistrationSearch.Entry.of(row, undo),
                row.caller(),
                row.idempotencyKey() != null,
                row.run(),
                row.attendAt(),
                row.undoBegunAt(),
                row.intendedEnd() == null ? null : row.intendedEnd().name(),
                store.request(row.id()).map(MaskedData::of).orElse(null));
    }

    private List<UndoEntry> undo(RegistrationId id, List<Compensation> rows) {
        Map<UUID, List<AttemptFailure>> failures = rows.isEmpty() ? Map.of() : undoFailures.of(id);
        return rows.stream()
                .map(row -> new UndoEntry(LedgerEntry.of(row), failures.getOrDefault(row.id(), List.of())))
                .toList();
    }

    private static List<StepEntry> steps(List<StepReport> steps) {
        List<StepReport> all = steps.isEmpty()
                ? Arrays.stream(Step.values()).map(StepReport::pending).toList()
                : steps;
        return all.stream().map(StepEntry::of).toList();
    }

    @RegisterConstructorMapper(CommandEntry.class)
    interface Dao {

        @SqlQuery("""
                SELECT seq, kind, actor, reason, created_at, applied_at, CAST(result AS text) AS result, error_code,
                       batch_id AS batch
                FROM commands WHERE registration_id = :registration ORDER BY seq
                """)
        List<CommandEntry> commands(UUID registration);
    }
}
