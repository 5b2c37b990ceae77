package dev.registrar.compensation;

import dev.registrar.model.Money;
import dev.registrar.model.OfRegistration;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepError;
import dev.registrar.store.StepHistory;
import dev.registrar.store.StepReport;
import io.temporal.activity.ActivityInterface;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The activities that keep the ledger of undo work. Always durable, all idempotent. */
@ActivityInterface
public interface CompensationRecords {

    /**
     * The first act of an undo: marks the registration so that it never goes forward again and writes all rows, the first
     * OPEN and the others PLANNED, in one transaction. Where an undo has begun already, its rows are the answer and the
     * plan is ignored. Where the registration has ended already, nothing is written.
     */
    UndoBegun beginUndo(BeginUndo request);

    /** Closes a row as done by the provider and opens the next PLANNED one, in one transaction. */
    void closeUndo(CloseUndo request);

    /** Leaves a row OPEN with what went wrong. */
    void leaveOpen(LeaveOpen request);

    /** Opens the {@code resolve_payment} row of a registration whose payment nobody can tell. */
    void openResolvePayment(OpenResolvePayment request);

    /**
     * @param undo in the order in which they are to be done
     * @param chargeInDoubt whether a charge may still turn up although the payment was found absent
     */
    record BeginUndo(
            RegistrationId registrationId,
            RegistrationStatus intendedEnd,
            List<PlannedUndo> undo,
            List<StepReport> steps,
            List<StepError> errors,
            boolean chargeInDoubt,
            Instant at)
            implements OfRegistration {}

    /** Closes a {@code resolve_payment} row with what the gateway said, so that the sweeper lets the registration go on. */
    void resolvePayment(ResolvePayment request);

    record ResolvePayment(RegistrationId registrationId, UUID rowId, PaymentResolution resolution, Instant at)
            implements OfRegistration {}

    /**
     * Opens undo work of a registration that has ended: what turned up late. Rows that were closed are opened again, open
     * ones stay; so do those that an operator closed by hand with the same reference. The answer is what is still to be
     * done, in order.
     */
    List<UndoRow> openLateUndo(OpenLateUndo request);

    /** @param watchStage how many looks for a late charge are behind; absent where this was none */
    record OpenLateUndo(
            RegistrationId registrationId,
            List<PlannedUndo> undo,
            @Nullable Integer watchStage,
            Instant at) implements OfRegistration {}

    record PlannedUndo(
            UndoAction action,
            @Nullable String reference,
            @Nullable Money amount) {}

    /**
     * @param ended how the registration has ended already; absent where the undo may go on
     * @param undo all rows in order, closed ones included
     * @param history what the row says of the steps, for a run that did not make them
     */
    record UndoBegun(
            @Nullable RegistrationStatus ended,
            RegistrationStatus intendedEnd,
            List<UndoRow> undo,
            @Nullable StepHistory history) {}

    record UndoRow(
            UUID id,
            UndoAction action,
            UndoState state,
            @Nullable String reference,
            @Nullable Money amount) {}

    /** @param attempts calls that this run made */
    record CloseUndo(RegistrationId registrationId, UUID rowId, int attempts, Instant at) implements OfRegistration {}

    /** @param remainder money still at risk, where that is less than before */
    record LeaveOpen(
            UUID rowId,
            int attempts,
            String errorCode,
            @Nullable Money remainder,
            Instant at) {}

    /**
     * @param intendedEnd how the registration is to end if the payment turns out absent
     * @param reference the gateway's transaction, where it is known
     */
    record OpenResolvePayment(
            RegistrationId registrationId,
            RegistrationStatus intendedEnd,
            @Nullable String reference,
            Money atRisk,
            String errorCode,
            Instant at)
            implements OfRegistration {}
}
