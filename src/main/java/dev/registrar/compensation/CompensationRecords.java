package dev.registrar.compensation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.Money;
import dev.registrar.model.OfRegistration;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.RegistrationRecords.CommandOf;
import dev.registrar.store.RegistrationRecords.RunOf;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepHistory;
import io.temporal.activity.ActivityInterface;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The activities with which a run keeps its registration's ledger. All can be repeated; a superseded run is
 * refused with {@link dev.registrar.model.StaleRunException}.
 */
@ActivityInterface
public interface CompensationRecords {

    /**
     * The first step of an undo: marks the registration so that it never goes forward again and writes all rows, the
     * first OPEN and the others PLANNED, in one transaction. If an undo has already begun, its rows are returned and
     * the plan is ignored. If the registration has ended already, nothing is written.
     */
    UndoBegun beginUndo(BeginUndo request);

    /** All rows, in order, closed ones included. */
    List<UndoRow> rows(RunOf request);

    /**
     * Opens rows for late findings: a second payment, a late charge, a missing account. An existing open row stays, and
     * so does one that an operator closed by hand with the same reference; one that the provider had confirmed is
     * reopened.
     */
    List<UndoRow> openRows(OpenRows request);

    /** Opens the {@code resolve_payment} row of a registration whose payment is unknown. */
    void openResolvePayment(OpenResolvePayment request);

    /**
     * Writes the payment, amount and key of a refund before it is sent for the first time. Returns the key; null from a
     * version that wrote the requested one.
     */
    @Nullable
    String nameRefund(NameRefund request);

    /** Closes a row as done by the provider and opens the next PLANNED one, in one transaction. */
    void closeUndo(CloseUndo request);

    /** Leaves a row OPEN with its error and failed attempts. */
    void leaveOpen(LeaveOpen request);

    /** Reads an operator's command to close a row by hand. */
    ResolveOrder resolveOrder(CommandOf request);

    /** Closes a row on an operator's command, or refuses it; either way the command is applied. */
    void resolveRow(ResolveRow request);

    /**
     * Opens the row of a refund that an operator requested again, or refuses it; either way the command is applied.
     * Returns whether the row was opened.
     */
    boolean refundAgain(RefundAgain request);

    /** Records the recheck of a proved refund: still proved, or reversed by the provider, which opens a row. */
    void recordRefundLook(RefundLook request);

    /** The data from which the account of a completed registration is saved. */
    AccountData accountData(RunOf request);

    /** @param inDoubt whether a charge, profile or account may still turn up */
    record BeginUndo(
            RegistrationId registrationId,
            int run,
            RegistrationStatus intendedEnd,
            List<PlannedUndo> undo,
            @Nullable StepHistory history,
            boolean inDoubt,
            boolean held,
            Instant at)
            implements OfRegistration {}

    /** @param idempotencyKey empty if none is needed */
    record PlannedUndo(
            UndoAction action,
            @Nullable String reference,
            String idempotencyKey,
            @Nullable Money amount) {

        public static PlannedUndo of(UndoAction action, @Nullable String reference) {
            return new PlannedUndo(action, reference, "", null);
        }
    }

    /**
     * @param ended how the registration has already ended; absent if the undo may continue
     * @param undo all rows in order, closed ones included
     */
    record UndoBegun(@Nullable RegistrationStatus ended, RegistrationStatus intendedEnd, List<UndoRow> undo) {}

    record UndoRow(
            UUID id,
            UndoAction action,
            UndoState state,
            @Nullable String reference,
            String idempotencyKey,
            @Nullable Money amount,
            int attempts) {

        public boolean unclosed() {
            return !state.closed();
        }
    }

    /** @param kept which of several payments is kept; absent if there is one, or none */
    record OpenRows(
            RegistrationId registrationId,
            int run,
            List<PlannedUndo> undo,
            @Nullable String kept,
            Instant at) implements OfRegistration {}

    /**
     * @param intendedEnd how the registration is to end if the payment turns out absent
     * @param reference the gateway's transaction, if it is known
     */
    record OpenResolvePayment(
            RegistrationId registrationId,
            int run,
            RegistrationStatus intendedEnd,
            @Nullable String reference,
            Money atRisk,
            String errorCode,
            StepHistory history,
            Instant at)
            implements OfRegistration {}

    /**
     * @param idempotencyKey written as it is if no other is replaced
     * @param replaces the key of the row so far, under which another request was sent: the row gets the next key that
     *     none of the registration's refunds has used; absent if there was none
     */
    record NameRefund(
            RegistrationId registrationId,
            int run,
            UUID rowId,
            String transactionId,
            String idempotencyKey,
            Money amount,
            @Nullable String replaces)
            implements OfRegistration {}

    /**
     * @param attempts calls that this run made
     * @param resolution the result of the payment, for a {@code resolve_payment} row
     * @param failures the newest of these calls that failed, in their order
     */
    record CloseUndo(
            RegistrationId registrationId,
            int run,
            UUID rowId,
            int attempts,
            @Nullable PaymentResolution resolution,
            Instant at,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures)
            implements OfRegistration {

        public CloseUndo {
            failures = AttemptFailure.listOf(failures);
        }
    }

    /**
     * @param attempts calls that this run made
     * @param failures the newest of these calls that failed, in their order
     */
    record LeaveOpen(
            RegistrationId registrationId,
            int run,
            UUID rowId,
            int attempts,
            String errorCode,
            Instant at,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures)
            implements OfRegistration {

        public LeaveOpen {
            failures = AttemptFailure.listOf(failures);
        }
    }

    /** @param row absent if it is closed already */
    record ResolveOrder(
            @Nullable UndoRow row, PaymentResolution.@Nullable Outcome outcome, String reference, boolean force) {}

    /**
     * @param contradictedBy what the provider reports instead; absent if it agrees or was not queried
     * @param transactionId the gateway's transaction, if it showed one: it takes precedence over the operator's
     * @param captured the captured amount, for a payment that was charged
     */
    record ResolveRow(
            RegistrationId registrationId,
            int run,
            int seq,
            @Nullable String contradictedBy,
            @Nullable String transactionId,
            @Nullable Money captured,
            Instant at)
            implements OfRegistration {}

    /**
     * @param uncovered the amount to be refunded; absent if it is refused
     * @param refusedBy why it is refused; absent if it is not
     */
    record RefundAgain(
            RegistrationId registrationId,
            int run,
            int seq,
            @Nullable Money uncovered,
            @Nullable String refusedBy,
            Instant at)
            implements OfRegistration {}

    /** @param uncovered the amount that refunds no longer cover; absent if they still cover all */
    record RefundLook(
            RegistrationId registrationId,
            int run,
            UUID rowId,
            @Nullable Money uncovered,
            Instant at) implements OfRegistration {}

    /** @param profile absent if the data was erased */
    record AccountData(
            @Nullable UserProfile profile, @Nullable String transactionId) {}
}
