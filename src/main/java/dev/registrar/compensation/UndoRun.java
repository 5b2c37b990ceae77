package dev.registrar.compensation;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.AccountReference;
import dev.registrar.account.DatabaseService.SaveUserData;
import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.PatientCall;
import dev.registrar.compensation.CompensationRecords.CloseUndo;
import dev.registrar.compensation.CompensationRecords.LeaveOpen;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.Inquiries.PaymentQuestion;
import dev.registrar.compensation.ReplayRecords.AccountData;
import dev.registrar.compensation.ReplayRecords.AccountDataRequest;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.Origin;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.RefundPayment;
import dev.registrar.payment.PaymentService.RefundResult;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileReference;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Does the undo of one registration, row by row, each only after the one before is confirmed: the one way in which the
 * saga and a replay undo. Workflow code.
 */
public final class UndoRun {

    /** Of no registration's first run: whoever does it asks the guard. */
    private static final Origin REPEATED = new Origin("", 1);

    private final UndoTarget target;
    private final Function<Step, CallMonitor> monitors;
    private final Predicate<UndoRow> proof;
    private final CompensationRecords records;

    /** @param monitors who is told how the calls of a service go on */
    public UndoRun(UndoTarget target, Function<Step, CallMonitor> monitors) {
        this(target, monitors, row -> true);
    }

    /** @param proof asked after an undo that was answered with success; a row without proof stays open */
    UndoRun(UndoTarget target, Function<Step, CallMonitor> monitors, Predicate<UndoRow> proof) {
        this.target = target;
        this.monitors = monitors;
        this.proof = proof;
        this.records = records();
    }

    /** The ledger's activities: retried until they succeed, because nothing may go on without them. */
    public static CompensationRecords records() {
        return Workflow.newActivityStub(
                CompensationRecords.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(30))
                        .build());
    }

    /** Works through the rows that are not closed; true when all of them are closed. Stops at the first that is not. */
    public boolean run(List<UndoRow> rows) {
        for (UndoRow row : rows) {
            if (!row.state().closed() && !undo(row)) {
                return false;
            }
        }
        return true;
    }

    private boolean undo(UndoRow row) {
        CallCounter counter = new CallCounter(monitors.apply(row.action().service()));
        try {
            Left left = call(row, counter);
            if (left == null && !proof.test(row)) {
                left = new Left("unknown", null);
            }
            if (left != null) {
                leaveOpen(row, counter, row.action().service().code() + "_" + left.kind(), left.remainder());
                return false;
            }
            records.closeUndo(new CloseUndo(target.registrationId(), row.id(), counter.count(), now()));
            return true;
        } catch (CallGaveUpException e) {
            String code = e.code().isEmpty() ? row.action().service().code() + "_unknown" : e.code();
            leaveOpen(row, counter, code, null);
            return false;
        }
    }

    private void leaveOpen(UndoRow row, CallCounter counter, String code, @Nullable Money remainder) {
        records.leaveOpen(new LeaveOpen(row.id(), counter.count(), code, remainder, now()));
    }

    /**
     * What an undo left behind although its calls were answered.
     *
     * @param kind the second part of the error code
     * @param remainder money that we cannot give back
     */
    private record Left(String kind, @Nullable Money remainder) {}

    /** Null when the undo is confirmed. */
    private @Nullable Left call(UndoRow row, CallCounter counter) throws CallGaveUpException {
        PatientCall call = new PatientCall(target.undo(), counter);
        switch (row.action()) {
            case REFUND -> {
                return refund(row, call, counter);
            }
            case DELETE_ACCOUNT ->
                call.run(
                        DatabaseService.class,
                        service ->
                                service.deleteUserData(new AccountReference(target.registrationId(), target.userId())));
            case DELETE_PROFILE ->
                call.run(
                        UserProfileService.class,
                        service -> service.deleteUserProfile(
                                new ProfileReference(target.registrationId(), target.userId())));
            case SAVE_ACCOUNT -> {
                return saveAccount(call);
            }
            case RESOLVE_PAYMENT -> throw new IllegalStateException("nothing to call for resolve_payment");
        }
        return null;
    }

    /** A row without a transaction is one of a workflow that was lost: the gateway has to say what there is. */
    private @Nullable Left refund(UndoRow row, PatientCall call, CallCounter counter) throws CallGaveUpException {
        String known = row.reference();
        Money amount = row.amount() == null ? target.price() : row.amount();
        if (known == null) {
            PaymentVerdict verdict =
                    new Inquiries(target, service -> counter).payment(new PaymentQuestion(Duration.ZERO, false, false));
            if (verdict.open()) {
                return new Left("unknown", null);
            }
            known = verdict.holdsMoney() ? verdict.transactionId() : null;
            amount = verdict.captured() == null ? amount : verdict.captured();
        }
        if (known == null) {
            return null;
        }
        RefundPayment request = new RefundPayment(
                target.registrationId(), known, IdempotencyKey.refund(target.registrationId()), amount);
        RefundResult result = call.run(PaymentService.class, service -> service.refundPayment(request));
        return switch (result.state()) {
            case REFUNDED, NOTHING -> null;
            case PENDING -> new Left("unavailable", null);
            case PARTLY, FAILED_REFUND -> new Left("rejected", result.remainder());
        };
    }

    /** Saves what the saga would have saved; the guard sees to it that the registration did not end otherwise. */
    private @Nullable Left saveAccount(PatientCall call) throws CallGaveUpException {
        AccountData data = ReplayWorkflowImpl.records().accountData(new AccountDataRequest(target.registrationId()));
        UserProfile profile = data.profile();
        if (profile == null) {
            return new Left("rejected", null);
        }
        SaveUserData request = new SaveUserData(target.registrationId(), profile, data.transactionId(), REPEATED);
        call.run(DatabaseService.class, service -> service.saveUserData(request));
        return null;
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }

    /** Counts the attempts of one undo and passes the waits on: an undo's attempts are not the step's. */
    private static final class CallCounter implements CallMonitor {

        private final CallMonitor waits;
        private int count;

        CallCounter(CallMonitor waits) {
            this.waits = waits;
        }

        int count() {
            return count;
        }

        @Override
        public Step service() {
            return waits.service();
        }

        @Override
        public void attempts(int attempts) {
            count = attempts;
        }

        @Override
        public void waits(WaitReason reason, Duration duration) {
            waits.waits(reason, duration);
        }

        @Override
        public void goesOn() {
            waits.goesOn();
        }
    }
}
