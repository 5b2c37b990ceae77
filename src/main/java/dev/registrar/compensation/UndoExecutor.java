package dev.registrar.compensation;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.AccountReference;
import dev.registrar.account.DatabaseService.SaveUserData;
import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.LocalFirst;
import dev.registrar.call.PatientCall;
import dev.registrar.call.Timers;
import dev.registrar.compensation.CompensationRecords.AccountData;
import dev.registrar.compensation.CompensationRecords.CloseUndo;
import dev.registrar.compensation.CompensationRecords.LeaveOpen;
import dev.registrar.compensation.CompensationRecords.NameRefund;
import dev.registrar.compensation.CompensationRecords.OpenRows;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.model.Money;
import dev.registrar.model.Origin;
import dev.registrar.model.Step;
import dev.registrar.model.UndoAttempt;
import dev.registrar.model.UserProfile;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfileService.ProfileReference;
import dev.registrar.profile.UserProfileService.ProfileUndo;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.RegistrationRecords.RunOf;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Executes the unfinished rows of one registration's ledger, each only after the one before is confirmed: the only way
 * in which anything is undone. A separate read proves whether an undo took effect. Workflow code.
 */
public final class UndoExecutor {

    /** How an execution ended. */
    public enum Outcome {
        ALL_CLOSED,
        /** A row is left open. */
        LEFT_OPEN,
        /** A command arrived, or the row was closed by hand: nothing was sent, the inbox is read first. */
        INTERRUPTED
    }

    private final UndoTarget target;
    private final int run;
    private final Function<Step, CallMonitor> monitors;
    private final IntSupplier seen;
    private final boolean commanded;
    private final CompensationRecords records = records();

    /**
     * @param monitors receive the progress of each service's calls
     * @param seen the last command seen by the run
     * @param commanded whether an operator requested this: only then is a failed refund sent again
     */
    public UndoExecutor(
            UndoTarget target, int run, Function<Step, CallMonitor> monitors, IntSupplier seen, boolean commanded) {
        this.commanded = commanded;
        this.target = target;
        this.run = run;
        this.monitors = monitors;
        this.seen = seen;
    }

    /** The ledger's activities: retried until they succeed, because nothing may continue without them. */
    public static CompensationRecords records() {
        return Workflow.newActivityStub(
                CompensationRecords.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(30))
                        .build());
    }

    /** All rows of the registration. */
    public static List<UndoRow> rows(RunOf run) {
        return LocalFirst.call(CompensationRecords.class, records(), each -> each.rows(run));
    }

    /** Processes the rows that are not closed; stops at the first that it has to leave open. */
    public Outcome run() {
        while (true) {
            Optional<UndoRow> next = rows(new RunOf(target.registrationId(), run)).stream()
                    .filter(UndoRow::unclosed)
                    .findFirst();
            if (next.isEmpty()) {
                return Outcome.ALL_CLOSED;
            }
            Outcome outcome = undo(next.get());
            if (outcome != Outcome.ALL_CLOSED) {
                return outcome;
            }
        }
    }

    private Outcome undo(UndoRow row) {
        UndoAttempts attempts = new UndoAttempts();
        try {
            Result result = attempt(row, attempts);
            if (result.error() == null) {
                records.closeUndo(new CloseUndo(
                        target.registrationId(),
                        run,
                        row.id(),
                        attempts.count(),
                        result.resolution(),
                        now(),
                        attempts.failures()));
                return Outcome.ALL_CLOSED;
            }
            return leaveOpen(row, attempts, result.error());
        } catch (CallGaveUpException e) {
            if (e.undoRefused()) {
                return Outcome.INTERRUPTED;
            }
            return leaveOpen(
                    row, attempts, e.code().isEmpty() ? row.action().service().code() + "_unknown" : e.code());
        }
    }

    private Outcome leaveOpen(UndoRow row, UndoAttempts attempts, String code) {
        attempts.leftOpen(code, now());
        records.leaveOpen(new LeaveOpen(
                target.registrationId(), run, row.id(), attempts.count(), code, now(), attempts.failures()));
        return Outcome.LEFT_OPEN;
    }

    /**
     * @param error why the row stays open; absent if it is confirmed
     * @param resolution the result of the payment, for a {@code resolve_payment} row
     */
    private record Result(@Nullable String error, @Nullable PaymentResolution resolution) {

        static final Result CONFIRMED = new Result(null, null);

        static Result left(Step service, String kind) {
            return new Result(service.code() + "_" + kind, null);
        }
    }

    private Result attempt(UndoRow row, UndoAttempts attempts) throws CallGaveUpException {
        CallMonitor monitor = attempts.monitor(monitors.apply(row.action().service()));
        PatientCall call = new PatientCall(target.undo(), monitor);
        return switch (row.action()) {
            case RESOLVE_PAYMENT -> resolve(row, attempts);
            case REFUND -> refund(row, attempts, monitor);
            case DELETE_ACCOUNT -> {
                AccountReference request =
                        new AccountReference(target.registrationId(), target.userId(), attemptAt(row));
                call.run(DatabaseService.class, service -> service.deleteUserData(request));
                yield Result.CONFIRMED;
            }
            case DELETE_PROFILE -> deleteProfile(row, call, attempts);
            case SAVE_ACCOUNT -> saveAccount(call);
        };
    }

    private UndoAttempt attemptAt(UndoRow row) {
        return new UndoAttempt(row.id(), run, seen.getAsInt());
    }

    private Result resolve(UndoRow row, UndoAttempts attempts) {
        Inquiries inquiries = inquiries(attempts);
        PaymentVerdict verdict = inquiries.payment(question(row.reference()));
        boolean wrongAmount = verdict.kind() == PaymentVerdict.Kind.WRONG_AMOUNT;
        return verdict.resolution()
                .map(resolution -> new Result(null, resolution))
                .orElseGet(
                        () -> new Result(wrongAmount ? "payment_wrong_amount" : inquiries.unknownPaymentCode(), null));
    }

    /** Lookups made for a row are attempts of it. */
    private Inquiries inquiries(UndoAttempts attempts) {
        return new Inquiries(target, service -> attempts.monitor(monitors.apply(service)));
    }

    private static Inquiries.PaymentQuestion question(@Nullable String known) {
        return new Inquiries.PaymentQuestion(Duration.ZERO, true, false, null, known);
    }

    /** A row without a transaction comes from a lost workflow: the gateway is queried first. */
    private Result refund(UndoRow row, UndoAttempts attempts, CallMonitor monitor) throws CallGaveUpException {
        UndoRow named = row;
        if (row.reference() == null) {
            Inquiries inquiries = inquiries(attempts);
            PaymentVerdict verdict = inquiries.payment(question(null));
            if (verdict.open()) {
                return new Result(inquiries.unknownPaymentCode(), null);
            }
            List<PlannedUndo> refunds = verdict.refunds(target.registrationId());
            if (refunds.isEmpty()) {
                return Result.CONFIRMED;
            }
            named = name(row, refunds);
        }
        return new RefundExecution(target, monitor, records, commanded)
                .run(named, attemptAt(row))
                .map(code -> new Result(code, null))
                .orElse(Result.CONFIRMED);
    }

    /** Turns the row into the refund of the first payment; each further payment gets its own row. */
    private UndoRow name(UndoRow row, List<PlannedUndo> refunds) {
        PlannedUndo first = refunds.get(0);
        String reference = Objects.requireNonNull(first.reference());
        Money amount = Objects.requireNonNull(first.amount());
        records.nameRefund(new NameRefund(
                target.registrationId(), run, row.id(), reference, first.idempotencyKey(), amount, null));
        if (refunds.size() > 1) {
            records.openRows(
                    new OpenRows(target.registrationId(), run, refunds.subList(1, refunds.size()), reference, now()));
        }
        return new UndoRow(
                row.id(), row.action(), row.state(), reference, first.idempotencyKey(), amount, row.attempts());
    }

    /** Our own success plus the activity's separate read are proof; otherwise an absence needs two answers. */
    private Result deleteProfile(UndoRow row, PatientCall call, UndoAttempts attempts) throws CallGaveUpException {
        String provider = target.providers().profile();
        ProfileReference request =
                new ProfileReference(target.registrationId(), target.userId(), attemptAt(row), provider);
        ProfileUndo undo = call.run(UserProfileService.class, service -> service.deleteUserProfile(request));
        if (undo.outcome() == UserProfileService.ProfileDeletion.DELETED) {
            return Result.CONFIRMED;
        }
        CallMonitor monitor = attempts.monitor(monitors.apply(Step.PROFILE));
        Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, target.settleAfter());
        ProfileReference read = new ProfileReference(target.registrationId(), target.userId(), null, provider);
        Ownership now = new PatientCall(target.lookup(), monitor)
                .run(UserProfileService.class, service -> service.getUserProfile(read))
                .ownership();
        return now == Ownership.OURS ? Result.left(Step.PROFILE, "unknown") : Result.CONFIRMED;
    }

    /** Saves what the saga would have saved; the guard ensures that the registration did not end otherwise. */
    private Result saveAccount(PatientCall call) throws CallGaveUpException {
        AccountData data = records.accountData(new RunOf(target.registrationId(), run));
        UserProfile profile = data.profile();
        if (profile == null) {
            return Result.left(Step.DATABASE, "rejected");
        }
        Origin origin = new Origin(Workflow.getInfo().getOriginalExecutionRunId(), run);
        SaveUserData request = new SaveUserData(target.registrationId(), profile, data.transactionId(), origin);
        call.run(DatabaseService.class, service -> service.saveUserData(request));
        return Result.CONFIRMED;
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }
}
