package dev.registrar.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.CompensationRecords.OpenResolvePayment;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.reconcile.Batches;
import dev.registrar.reconcile.FakeProviders;
import dev.registrar.reconcile.RepairRig;
import dev.registrar.store.CancelStore;
import dev.registrar.store.RegistrationStatus;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A replay of {@code resolve_payment} asks the gateway again; a definite answer lets the registration go on. */
class ReplayResolveTest {

    @RegisterExtension
    static final RepairRig RIG = new RepairRig();

    private final Batches batches = new Batches(RIG);

    private RegistrationId unresolved() {
        RegistrationId id = RIG.registered("u-1");
        RIG.records()
                .openResolvePayment(new OpenResolvePayment(
                        id, RegistrationStatus.FAILED, null, RepairRig.PRICE, "payment_unknown", RIG.now()));
        RIG.set(id, "status", "NEEDS_ATTENTION");
        return id;
    }

    private ReplayResult replay(RegistrationId id) {
        ReplayBatch batch = batches.await(batches.start(RIG.row(id, UndoAction.RESOLVE_PAYMENT)));
        return Optional.ofNullable(batch.items().get(0).result()).orElseThrow();
    }

    private void assertGoesOn(RegistrationId id, String outcome) {
        assertGoesOn(id, outcome, "FAILED");
    }

    private void assertGoesOn(RegistrationId id, String outcome, String intendedEnd) {
        assertThat(RIG.rows(id)).containsExactly("resolve_payment DONE");
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.RUNNING);
        Map<String, Object> resolution = RIG.jdbi()
                .withHandle(handle -> handle.createQuery("""
                                SELECT resolution ->> 'outcome' AS outcome, resolution ->> 'transactionId' AS transaction,
                                       resolution ->> 'intendedEnd' AS ending
                                FROM compensations WHERE registration_id = :id
                                """)
                        .bind("id", id.value())
                        .mapToMap()
                        .one());
        assertThat(resolution).containsEntry("outcome", outcome).containsEntry("ending", intendedEnd);
        if (!outcome.equals("NOT_CHARGED")) {
            assertThat(resolution).containsEntry("transaction", FakeProviders.transaction(id));
        }
    }

    private void assertStays(RegistrationId id) {
        assertThat(RIG.rows(id)).containsExactly("resolve_payment OPEN");
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
    }

    @Test
    void paymentThatIsFoundChargedLetsTheRegistrationGoOn() {
        RegistrationId id = unresolved();
        RIG.providers().holdsCharge(id, RepairRig.PRICE);

        assertThat(replay(id)).isEqualTo(ReplayResult.VERIFIED);

        assertGoesOn(id, "CHARGED");
    }

    @Test
    void paymentIsAbsentOnlyAfterTwoLookups() {
        RegistrationId id = unresolved();

        assertThat(replay(id)).isEqualTo(ReplayResult.VERIFIED);

        assertGoesOn(id, "NOT_CHARGED");
        assertThat(RIG.providers().calls()).hasSize(2);
        assertThat(RIG.providers().calls().get(1).at()
                        - RIG.providers().calls().get(0).at())
                .isGreaterThanOrEqualTo(RepairRig.SETTLE.toMillis());
    }

    @Test
    void paymentThatWasRefundedByOthersLetsTheRegistrationGoOn() {
        RegistrationId id = unresolved();
        RIG.providers().holdsPayment(id, PaymentStatus.SUCCEEDED, RepairRig.PRICE, RepairRig.PRICE);

        assertThat(replay(id)).isEqualTo(ReplayResult.VERIFIED);

        assertGoesOn(id, "REFUNDED");
    }

    @Test
    void paymentThatCannotBeLookedUpStaysUnknown() {
        RegistrationId id = unresolved();
        RIG.providers().breaks("findPayment");

        assertThat(replay(id)).isEqualTo(ReplayResult.UNKNOWN);

        assertStays(id);
    }

    @Test
    void paymentThatStaysPendingIsUnknown() {
        RegistrationId id = unresolved();
        RIG.providers()
                .holdsPayment(
                        id,
                        PaymentStatus.PENDING,
                        RepairRig.PRICE.minus(RepairRig.PRICE),
                        RepairRig.PRICE.minus(RepairRig.PRICE));

        assertThat(replay(id)).isEqualTo(ReplayResult.UNKNOWN);

        assertStays(id);
    }

    @Test
    void paymentOfAnotherAmountIsLeftToAnOperator() {
        RegistrationId id = unresolved();
        RIG.providers().holdsCharge(id, Money.of("50.00", "USD"));

        assertThat(replay(id)).isEqualTo(ReplayResult.STILL_FAILING);

        assertStays(id);
    }

    @Test
    void paymentThatOthersGaveBackInPartIsLeftToAnOperator() {
        RegistrationId id = unresolved();
        RIG.providers().holdsPayment(id, PaymentStatus.SUCCEEDED, RepairRig.PRICE, Money.of("9.90", "USD"));

        assertThat(replay(id)).isEqualTo(ReplayResult.STILL_FAILING);

        assertStays(id);
    }

    @Test
    void paymentThatWasDeclinedIsNotCharged() {
        RegistrationId id = unresolved();
        RIG.providers()
                .holdsPayment(
                        id,
                        PaymentStatus.DECLINED,
                        RepairRig.PRICE.minus(RepairRig.PRICE),
                        RepairRig.PRICE.minus(RepairRig.PRICE));

        assertThat(replay(id)).isEqualTo(ReplayResult.VERIFIED);

        assertGoesOn(id, "NOT_CHARGED");
    }

    @Test
    void cancelThatWaitedForTheAnswerIsInIt() {
        RegistrationId id = unresolved();
        assertThat(new CancelStore(RIG.jdbi()).request(id, RIG.now())).isEqualTo(CancelStore.Cancelled.NOTED);
        RIG.providers().holdsCharge(id, RepairRig.PRICE);

        assertThat(replay(id)).isEqualTo(ReplayResult.VERIFIED);

        assertGoesOn(id, "CHARGED", "CANCELLED");
    }

    @Test
    void rowThatWasAnsweredMeanwhileIsNotAskedAgain() {
        RegistrationId id = unresolved();
        var batch = batches.freeze("10", RIG.ledger().of(id));
        RIG.providers().holdsCharge(id, RepairRig.PRICE);
        assertThat(replay(id)).isEqualTo(ReplayResult.VERIFIED);
        int before = RIG.providers().calls().size();

        batches.starter().start(batch, BigDecimal.TEN);

        assertThat(Batches.results(batches.await(batch))).containsExactly(ReplayResult.VERIFIED);
        assertThat(RIG.providers().calls()).hasSize(before);
    }
}
