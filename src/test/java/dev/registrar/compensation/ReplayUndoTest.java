package dev.registrar.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.account.Account;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.reconcile.Batches;
import dev.registrar.reconcile.FakeProviders;
import dev.registrar.reconcile.RepairRig;
import dev.registrar.store.RegistrationStatus;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a replay does with one row, and what it takes to call it verified. */
class ReplayUndoTest {

    @RegisterExtension
    static final RepairRig RIG = new RepairRig();

    private final Batches batches = new Batches(RIG);

    private ReplayResult replay(RegistrationId id, UndoAction action) {
        ReplayBatch batch = batches.await(batches.start(RIG.row(id, action)));
        ReplayResult result = batch.items().get(0).result();
        assertThat(result).isNotNull();
        return result == null ? ReplayResult.UNKNOWN : result;
    }

    @Test
    void replayUndoesInOrderAndEndsTheRegistrationAsIntended() {
        RegistrationId id = RIG.givenUp("u-1", RegistrationStatus.CANCELLED);
        assertThat(RIG.rows(id)).containsExactly("refund OPEN", "delete_account PLANNED", "delete_profile PLANNED");

        assertThat(replay(id, UndoAction.REFUND)).isEqualTo(ReplayResult.VERIFIED);

        assertThat(RIG.rows(id)).containsExactly("refund DONE", "delete_account DONE", "delete_profile DONE");
        assertThat(RIG.row(id, UndoAction.REFUND).closedBy()).isEqualTo("provider");
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(RIG.providers().order("refundPayment", "findPayment", "deleteUserProfile", "getUserProfile"))
                .containsExactly("refundPayment", "findPayment", "deleteUserProfile", "getUserProfile");
        assertThat(RIG.accounts().find("u-1")).isEmpty();
        assertThat(RIG.ledger().openWork().rows()).isZero();
    }

    @Test
    void replayOfAProviderThatLiesStillFailsAndReleasesNothing() {
        RegistrationId id = RIG.givenUp("u-1", RegistrationStatus.FAILED);
        RIG.providers().lies("refundPayment");

        assertThat(replay(id, UndoAction.REFUND)).isEqualTo(ReplayResult.STILL_FAILING);

        assertThat(RIG.rows(id)).containsExactly("refund OPEN", "delete_account PLANNED", "delete_profile PLANNED");
        assertThat(RIG.row(id, UndoAction.REFUND).lastErrorCode()).isEqualTo("payment_unknown");
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(RIG.ledger().openWork().atRisk()).containsExactly(RepairRig.PRICE);
    }

    @Test
    void replayWhoseReadFailsIsUnknown() {
        RegistrationId id = RIG.givenUp("u-1", RegistrationStatus.FAILED);
        RIG.providers().breaks("findPayment");

        assertThat(replay(id, UndoAction.REFUND)).isEqualTo(ReplayResult.UNKNOWN);

        assertThat(RIG.row(id, UndoAction.REFUND).state()).isEqualTo(UndoState.OPEN);
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
    }

    @Test
    void replayOfAProviderThatIsDownStillFailsWithItsCode() {
        RegistrationId id = RIG.givenUp("u-1", RegistrationStatus.FAILED);
        RIG.providers().breaks("deleteUserProfile");

        ReplayBatch batch = batches.await(batches.start(RIG.row(id, UndoAction.REFUND)));

        assertThat(Batches.results(batch)).containsExactly(ReplayResult.STILL_FAILING);
        assertThat(batch.state()).isEqualTo(ReplayState.DONE);
        assertThat(RIG.rows(id)).containsExactly("refund DONE", "delete_account DONE", "delete_profile OPEN");
        Compensation row = RIG.row(id, UndoAction.DELETE_PROFILE);
        assertThat(row.lastErrorCode()).isEqualTo("profile_unavailable");
        assertThat(row.attempts()).isEqualTo(RepairRig.POLICY.attempts());
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
    }

    @Test
    void replayOfAPlannedRowBeginsWithTheFirstThatIsOpen() {
        RegistrationId id = RIG.givenUp("u-1", RegistrationStatus.FAILED);

        assertThat(replay(id, UndoAction.DELETE_PROFILE)).isEqualTo(ReplayResult.VERIFIED);

        assertThat(RIG.rows(id)).containsExactly("refund DONE", "delete_account DONE", "delete_profile DONE");
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.FAILED);
    }

    @Test
    void replayOnlyReadsWhereTheRowIsClosedMeanwhile() {
        RegistrationId id = RIG.ended("u-1", RegistrationStatus.FAILED);
        RIG.providers().holdsCharge(id, RepairRig.PRICE);
        RIG.openLate(id, new PlannedUndo(UndoAction.REFUND, FakeProviders.transaction(id), RepairRig.PRICE));
        UUID first = batches.freeze("10", RIG.ledger().of(id));
        RIG.ledger().resolve(RIG.row(id, UndoAction.REFUND), "by bank transfer", null, RIG.now());

        batches.starter().sweep();
        RIG.environment().sleep(Duration.ofSeconds(2));
        batches.starter().sweep();

        assertThat(Batches.results(batches.await(first))).containsExactly(ReplayResult.STILL_FAILING);
        RIG.providers().holdsPayment(id, PaymentStatus.SUCCEEDED, RepairRig.PRICE, RepairRig.PRICE);
        assertThat(replay(id, UndoAction.REFUND)).isEqualTo(ReplayResult.VERIFIED);
        assertThat(RIG.providers().order("refundPayment")).isEmpty();
    }

    @Test
    void replayLeavesAloneWhatAnOperatorHasClosed() {
        RegistrationId id = RIG.givenUp("u-1", RegistrationStatus.FAILED);
        RIG.ledger().resolve(RIG.row(id, UndoAction.REFUND), "by bank transfer", null, RIG.now());

        assertThat(replay(id, UndoAction.DELETE_PROFILE)).isEqualTo(ReplayResult.VERIFIED);

        assertThat(RIG.rows(id)).containsExactly("refund RESOLVED", "delete_account DONE", "delete_profile DONE");
        assertThat(RIG.providers().order("refundPayment")).isEmpty();
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.FAILED);
    }

    @Test
    void replayOfARefundThatIsStillPendingIsNotVerified() {
        RegistrationId id = RIG.givenUp("u-1", RegistrationStatus.FAILED);
        RIG.providers()
                .holdsPayment(
                        id,
                        PaymentStatus.PENDING,
                        RepairRig.PRICE.minus(RepairRig.PRICE),
                        RepairRig.PRICE.minus(RepairRig.PRICE));

        assertThat(replay(id, UndoAction.REFUND)).isEqualTo(ReplayResult.STILL_FAILING);

        assertThat(RIG.row(id, UndoAction.REFUND).state()).isEqualTo(UndoState.OPEN);
    }

    @Test
    void replayOfAPartlyRefundedChargeKeepsTheRemainderAtRisk() {
        RegistrationId id = RIG.givenUp("u-1", RegistrationStatus.FAILED);
        RIG.providers().holdsPayment(id, PaymentStatus.SUCCEEDED, RepairRig.PRICE, Money.of("9.90", "USD"));

        assertThat(replay(id, UndoAction.REFUND)).isEqualTo(ReplayResult.STILL_FAILING);

        assertThat(RIG.row(id, UndoAction.REFUND).lastErrorCode()).isEqualTo("payment_rejected");
        assertThat(RIG.ledger().openWork().atRisk()).containsExactly(Money.of("40.00", "USD"));
    }

    @Test
    void replayOfALostRegistrationAsksTheGatewayWhatThereIs() {
        RegistrationId id = RIG.registered("u-1");
        RIG.providers().holdsCharge(id, RepairRig.PRICE);
        RIG.ledger().openForLost(id, "u-1", RepairRig.PRICE, RegistrationStatus.FAILED, RIG.now());
        assertThat(RIG.row(id, UndoAction.REFUND).reference()).isNull();

        assertThat(replay(id, UndoAction.REFUND)).isEqualTo(ReplayResult.VERIFIED);

        assertThat(RIG.providers().order("refundPayment")).hasSize(1);
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.FAILED);
    }

    @Test
    void replayOfALostRegistrationWithoutAChargeClosesItsRefund() {
        RegistrationId id = RIG.registered("u-1");
        RIG.ledger().openForLost(id, "u-1", RepairRig.PRICE, RegistrationStatus.CANCELLED, RIG.now());

        assertThat(replay(id, UndoAction.REFUND)).isEqualTo(ReplayResult.VERIFIED);

        assertThat(RIG.providers().order("refundPayment")).isEmpty();
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.CANCELLED);
    }

    @Test
    void replaySavesTheAccountThatACompletedRegistrationLacks() {
        RegistrationId id = RIG.ended("u-1", RegistrationStatus.COMPLETED);
        RIG.openLate(id, new PlannedUndo(UndoAction.SAVE_ACCOUNT, "u-1", null));

        assertThat(replay(id, UndoAction.SAVE_ACCOUNT)).isEqualTo(ReplayResult.VERIFIED);

        Account account = RIG.accounts().find("u-1").orElseThrow();
        assertThat(account.registrationId()).isEqualTo(id);
        assertThat(account.profile().fullName()).isEqualTo("Ada Lovelace");
        assertThat(account.transactionId()).isEqualTo(FakeProviders.transaction(id));
        assertThat(RIG.rows(id)).containsExactly("save_account DONE");
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.COMPLETED);
    }

    @Test
    void replayDoesNotSaveAnAccountWithoutTheRequestOrOverAnothers() {
        RegistrationId erased = RIG.ended("u-1", RegistrationStatus.COMPLETED);
        RIG.openLate(erased, new PlannedUndo(UndoAction.SAVE_ACCOUNT, "u-1", null));
        RIG.jdbi()
                .useHandle(handle -> handle.createUpdate("UPDATE registrations SET request = NULL WHERE id = :id")
                        .bind("id", erased.value())
                        .execute());
        RegistrationId foreign = RIG.ended("u-2", RegistrationStatus.COMPLETED);
        RIG.openLate(foreign, new PlannedUndo(UndoAction.SAVE_ACCOUNT, "u-2", null));
        RIG.saveAccount("u-2", erased);

        assertThat(replay(erased, UndoAction.SAVE_ACCOUNT)).isEqualTo(ReplayResult.STILL_FAILING);
        assertThat(replay(foreign, UndoAction.SAVE_ACCOUNT)).isEqualTo(ReplayResult.STILL_FAILING);

        assertThat(RIG.row(erased, UndoAction.SAVE_ACCOUNT).lastErrorCode()).isEqualTo("database_rejected");
        assertThat(RIG.row(foreign, UndoAction.SAVE_ACCOUNT).lastErrorCode()).isEqualTo("database_rejected");
        assertThat(RIG.accounts().find("u-2").orElseThrow().registrationId()).isEqualTo(erased);
    }
}
