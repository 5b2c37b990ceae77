package dev.registrar.compensation;

import dev.registrar.call.CallMonitor;
import dev.registrar.compensation.CompensationRecords.ResolvePayment;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.Inquiries.PaymentQuestion;
import dev.registrar.compensation.ReplayRecords.Item;
import dev.registrar.compensation.ReplayWorkflow.ReplayInput;
import dev.registrar.store.PaymentResolution;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The replay of one row: the saga's own undo under the saga's own keys, then the proof. Workflow code. */
final class ReplayItem {

    private final Item item;
    private final UndoTarget target;

    ReplayItem(Item item, ReplayInput input) {
        this.item = item;
        this.target = new UndoTarget(
                item.registrationId(), item.userId(), item.price(), input.undo(), input.lookup(), input.settleAfter());
    }

    ReplayResult run() {
        UndoRow resolve = item.resolve();
        return resolve == null ? undo() : resolve(resolve);
    }

    /** A row that somebody closed meanwhile is only looked at; otherwise what is open is done, and what that releases. */
    private ReplayResult undo() {
        UndoVerification verification = new UndoVerification(target);
        Optional<UndoRow> own = item.rows().stream()
                .filter(row -> row.id().equals(item.compensationId()))
                .findFirst();
        if (own.isEmpty()) {
            // A resolve_payment that was answered meanwhile: what follows from it is the saga's.
            return ReplayResult.VERIFIED;
        }
        if (own.get().state().closed()) {
            return verification.verify(own.get());
        }
        List<ReplayResult> shown = new ArrayList<>();
        boolean undone = new UndoRun(target, CallMonitor::silent, row -> {
                    shown.add(verification.verify(row));
                    return shown.get(shown.size() - 1) == ReplayResult.VERIFIED;
                })
                .run(item.rows());
        if (undone) {
            return ReplayResult.VERIFIED;
        }
        return shown.contains(ReplayResult.UNKNOWN) ? ReplayResult.UNKNOWN : ReplayResult.STILL_FAILING;
    }

    /** Asks the gateway again; a definite answer lets the registration go on. */
    private ReplayResult resolve(UndoRow row) {
        PaymentVerdict verdict =
                new Inquiries(target, CallMonitor::silent).payment(new PaymentQuestion(Duration.ZERO, false, false));
        PaymentResolution.Outcome outcome = switch (verdict.kind()) {
            case CHARGED -> PaymentResolution.Outcome.CHARGED;
            case ABSENT, DECLINED -> PaymentResolution.Outcome.NOT_CHARGED;
            case REFUNDED -> PaymentResolution.Outcome.REFUNDED;
            case WRONG_AMOUNT, PENDING, UNKNOWN -> null;
        };
        if (outcome == null) {
            return verdict.open() ? ReplayResult.UNKNOWN : ReplayResult.STILL_FAILING;
        }
        UndoRun.records()
                .resolvePayment(new ResolvePayment(
                        item.registrationId(),
                        row.id(),
                        new PaymentResolution(outcome, verdict.transactionId(), verdict.captured(), item.intendedEnd()),
                        Instant.ofEpochMilli(Workflow.currentTimeMillis())));
        return ReplayResult.VERIFIED;
    }
}
