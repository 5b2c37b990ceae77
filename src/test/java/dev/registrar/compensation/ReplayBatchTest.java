package dev.registrar.compensation;

import static dev.registrar.compensation.ReplayResult.STILL_FAILING;
import static dev.registrar.compensation.ReplayResult.UNKNOWN;
import static dev.registrar.compensation.ReplayResult.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.model.RegistrationId;
import dev.registrar.reconcile.Batches;
import dev.registrar.reconcile.FakeProviders;
import dev.registrar.reconcile.FakeProviders.Call;
import dev.registrar.reconcile.RepairRig;
import dev.registrar.store.RegistrationStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a batch goes through its rows: frozen, paced, stopped by itself, paused, resumed, cancelled, lost and found. */
class ReplayBatchTest {

    @RegisterExtension
    static final RepairRig RIG = new RepairRig();

    private final Batches batches = new Batches(RIG);

    /** The late refund row of an ended registration. */
    private Compensation lateRefund(String userId) {
        RegistrationId id = RIG.ended(userId, RegistrationStatus.FAILED);
        RIG.providers().holdsCharge(id, RepairRig.PRICE);
        RIG.openLate(id, new PlannedUndo(UndoAction.REFUND, FakeProviders.transaction(id), RepairRig.PRICE));
        return RIG.row(id, UndoAction.REFUND);
    }

    private List<Compensation> lateRefunds(int count) {
        List<Compensation> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(lateRefund("u-" + i));
        }
        return rows;
    }

    private void breakRefund(Compensation row) {
        RIG.providers().breaks("refundPayment " + row.registrationId());
    }

    private void repair(Compensation row) {
        RIG.providers().repairs("refundPayment " + row.registrationId());
    }

    @Test
    void batchDoesWhatWasSelectedAndNothingThatCameLater() {
        UUID id = batches.freeze("10", lateRefunds(2));
        Compensation later = lateRefund("u-later");

        RIG.environment().sleep(Duration.ofSeconds(2));
        batches.starter().sweep();

        ReplayBatch batch = batches.await(id);
        assertThat(batch.state()).isEqualTo(ReplayState.DONE);
        assertThat(batch.verified()).isEqualTo(2);
        assertThat(batch.finishedAt()).isNotNull();
        assertThat(RIG.row(later.registrationId(), UndoAction.REFUND).state()).isEqualTo(UndoState.OPEN);
    }

    @Test
    void batchKeepsItsPace() {
        batches.await(batches.start("0.1", lateRefunds(3)));

        List<Long> times = RIG.providers().calls().stream()
                .filter(call -> call.what().startsWith("refundPayment"))
                .map(Call::at)
                .toList();
        assertThat(times).hasSize(3);
        assertThat(times.get(1) - times.get(0)).isBetween(10_000L, 12_000L);
        assertThat(times.get(2) - times.get(1)).isBetween(10_000L, 12_000L);
    }

    @Test
    void batchStopsAtAProbeThatFailsAndGoesOnWhenResumed() {
        List<Compensation> rows = lateRefunds(3);
        breakRefund(rows.get(0));
        UUID id = batches.start("10", rows);

        ReplayBatch stopped = batches.awaitUntil(id, batch -> batch.state() == ReplayState.STOPPED);
        assertThat(Batches.results(stopped)).containsExactly(STILL_FAILING, null, null);
        assertThat(stopped.note()).contains("probe");
        assertThat(stopped.items().get(0).errorCode()).isEqualTo("payment_unavailable");

        batches.change(id, ReplayState.RUNNING);

        ReplayBatch done = batches.await(id);
        assertThat(done.state()).isEqualTo(ReplayState.DONE);
        assertThat(Batches.results(done)).containsExactly(STILL_FAILING, VERIFIED, VERIFIED);
    }

    @Test
    void batchStopsWhenMoreThanHalfOfTheLastTenFailAndIsJudgedAnewWhenResumed() {
        List<Compensation> rows = lateRefunds(14);
        rows.subList(4, 11).forEach(this::breakRefund);
        UUID id = batches.start("10", rows);

        ReplayBatch stopped = batches.awaitUntil(id, batch -> batch.state() == ReplayState.STOPPED);
        assertThat(stopped.verified()).isEqualTo(4);
        assertThat(stopped.stillFailing()).isEqualTo(6);
        assertThat(stopped.note()).contains("half");

        repair(rows.get(10));
        batches.change(id, ReplayState.RUNNING);

        ReplayBatch done = batches.await(id);
        assertThat(done.state()).isEqualTo(ReplayState.DONE);
        assertThat(done.verified()).isEqualTo(8);
    }

    @Test
    void batchThatIsPausedDoesNothingUntilItIsResumed() {
        UUID id = batches.freeze("10", lateRefunds(2));
        batches.store().change(id, ReplayState.PAUSED, RIG.now());
        batches.starter().start(id, BigDecimal.TEN);

        RIG.environment().sleep(Duration.ofHours(4));
        assertThat(Batches.results(batches.find(id))).containsExactly(null, null);
        assertThat(RIG.client().fetchHistory(ReplayWorkflow.id(id)).getEvents().size())
                .isLessThan(1_000);

        batches.change(id, ReplayState.RUNNING);
        assertThat(batches.await(id).verified()).isEqualTo(2);
    }

    @Test
    void batchThatIsCancelledLeavesTheRest() {
        List<Compensation> rows = lateRefunds(3);
        UUID id = batches.start("0.1", rows);
        batches.awaitUntil(id, batch -> batch.verified() == 1);

        batches.change(id, ReplayState.CANCELLED);

        ReplayBatch batch = batches.await(id);
        assertThat(Batches.results(batch)).containsExactly(VERIFIED, null, null);
        assertThat(batches.store().change(id, ReplayState.RUNNING, RIG.now())).isFalse();
        assertThat(RIG.row(rows.get(2).registrationId(), UndoAction.REFUND).state())
                .isEqualTo(UndoState.OPEN);
    }

    @Test
    void batchWhoseWorkflowIsLostGoesOnFromItsTable() {
        UUID id = batches.start("0.01", lateRefunds(2));
        batches.awaitUntil(id, batch -> batch.verified() == 1);
        RIG.client().newUntypedWorkflowStub(ReplayWorkflow.id(id)).terminate("lost");
        RIG.environment().sleep(Duration.ofSeconds(2));

        batches.starter().sweep();

        assertThat(Batches.results(batches.await(id))).containsExactly(VERIFIED, VERIFIED);
        assertThat(RIG.providers().order("refundPayment")).hasSize(2);
    }

    @Test
    void twoBatchesOverOneRowHaveOneEffect() {
        RegistrationId id = RIG.givenUp("u-1", RegistrationStatus.FAILED);
        UUID first = batches.start(RIG.row(id, UndoAction.REFUND));
        UUID second = batches.start(RIG.row(id, UndoAction.REFUND));

        assertThat(Batches.results(batches.await(first))).containsExactly(VERIFIED);
        assertThat(Batches.results(batches.await(second))).containsExactly(VERIFIED);

        assertThat(RIG.providers().order("refundPayment", "deleteUserProfile"))
                .containsExactly("refundPayment", "deleteUserProfile");
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.FAILED);
    }

    @Test
    void batchLeavesAnUndoToTheSagaThatIsAtIt() {
        RegistrationId id = RIG.givenUp("u-1", RegistrationStatus.FAILED);
        RIG.set(id, "status", "COMPENSATING");

        ReplayBatch batch = batches.await(batches.start(RIG.row(id, UndoAction.REFUND)));

        assertThat(Batches.results(batch)).containsExactly(UNKNOWN);
        assertThat(batch.items().get(0).errorCode()).isEqualTo("undo_under_way");
        assertThat(RIG.providers().calls()).isEmpty();
        assertThat(RIG.rows(id)).first().isEqualTo("refund OPEN");
    }
}
