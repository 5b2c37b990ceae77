package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.registrar.call.LocalAttempts;
import dev.registrar.compensation.UndoAction;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.reconcile.FakeProviders;
import dev.registrar.reconcile.RepairRig;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.WatchStore;
import io.dropwizard.jackson.Jackson;
import io.temporal.client.WorkflowNotFoundException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The looks for a charge, or a profile, that turns up after a registration ended without it: after 10 min and 24 h. */
class LateChargeWatchTest {

    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration SECOND = Duration.ofHours(24);

    /** A look that came to nothing may be repeated after this. */
    private static final Duration AGAIN = Duration.ofSeconds(31);

    @RegisterExtension
    static final RepairRig RIG = new RepairRig();

    private static LateChargeSweep sweeper() {
        RegistrationInputFactory inputs = new RegistrationInputFactory(
                configuration(), Duration.ofSeconds(30), null, new LocalAttempts(RIG.clock()));
        return new LateChargeSweep(new WatchStore(RIG.jdbi()), RIG.engine(), inputs, RIG.meters(), RIG.clock());
    }

    /** The specification's times, and lookups that give up soon. */
    private static RegistrationConfiguration configuration() {
        try {
            return Jackson.newObjectMapper().readValue("""
                            {"lateChargeWatch": ["10 min", "24 h"],
                             "policies": {"lookup": {"firstInterval": "1 s", "attempts": 2, "patience": "5 s"}}}
                            """, RegistrationConfiguration.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** FAILED so long ago, its payment absent but in doubt. */
    private RegistrationId doubtful(String userId, Duration ago) {
        Instant end = RIG.now().minus(ago);
        RegistrationId id = RIG.ended(userId, RegistrationStatus.FAILED, end.minusSeconds(5), end);
        RIG.jdbi()
                .useHandle(
                        handle -> handle.createUpdate("UPDATE registrations SET charge_in_doubt = TRUE WHERE id = :id")
                                .bind("id", id.value())
                                .execute());
        return id;
    }

    private int stage(RegistrationId id) {
        return RIG.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT watch_stage FROM registrations WHERE id = :id")
                        .bind("id", id.value())
                        .mapTo(Integer.class)
                        .one());
    }

    private void sweepAndAwait(RegistrationId id, int look) {
        sweeper().sweep();
        RIG.await("late-charge-watch-" + id + "-" + look);
    }

    private boolean looked(RegistrationId id, int look) {
        try {
            RIG.client()
                    .newUntypedWorkflowStub("late-charge-watch-" + id + "-" + look)
                    .describe();
            return true;
        } catch (WorkflowNotFoundException e) {
            return false;
        }
    }

    @Test
    void lookComesOnlyWhenItIsDue() {
        RegistrationId early = doubtful("u-1", FIRST.minusSeconds(30));
        RegistrationId due = doubtful("u-2", FIRST);

        sweepAndAwait(due, 1);

        assertThat(looked(early, 1)).isFalse();
        assertThat(stage(due)).isEqualTo(1);
        assertThat(stage(early)).isZero();
    }

    @Test
    void looksEndAfterTheLastStage() {
        RegistrationId id = doubtful("u-1", SECOND);

        sweepAndAwait(id, 1);
        RIG.environment().sleep(AGAIN);
        sweepAndAwait(id, 2);
        RIG.environment().sleep(AGAIN);
        sweeper().sweep();

        assertThat(stage(id)).isEqualTo(2);
        assertThat(looked(id, 3)).isFalse();
        assertThat(RIG.rows(id)).isEmpty();
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.FAILED);
    }

    @Test
    void lookIsLeasedToOneSweeper() {
        RegistrationId id = doubtful("u-1", FIRST);
        WatchStore store = new WatchStore(RIG.jdbi());

        assertThat(store.lease(RIG.now(), List.of(FIRST, SECOND), 10)).hasSize(1);
        assertThat(store.lease(RIG.now(), List.of(FIRST, SECOND), 10)).isEmpty();
        assertThat(store.lease(RIG.now().plus(AGAIN), List.of(FIRST, SECOND), 10))
                .containsExactly(new WatchStore.Watched(id, "u-1", RepairRig.PRICE, 0));
    }

    @Test
    void lateChargeOpensARefundRowAndTheRegistrationStaysEnded() {
        RegistrationId id = doubtful("u-1", FIRST);
        RIG.providers().holdsCharge(id, RepairRig.PRICE);

        sweepAndAwait(id, 1);

        assertThat(RIG.rows(id)).containsExactly("refund OPEN");
        assertThat(RIG.row(id, UndoAction.REFUND).reference()).isEqualTo(FakeProviders.transaction(id));
        assertThat(RIG.row(id, UndoAction.REFUND).intendedEnd()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(RIG.ledger().openWork().atRisk()).containsExactly(RepairRig.PRICE);
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.FAILED);
        assertThat(stage(id)).isEqualTo(1);
        assertThat(RIG.providers().order("refundPayment")).isEmpty();
    }

    @Test
    void lateChargeThatWasPartlyRefundedRisksTheRest() {
        RegistrationId id = doubtful("u-1", FIRST);
        RIG.providers().holdsPayment(id, PaymentStatus.SUCCEEDED, RepairRig.PRICE, Money.of("9.90", "USD"));

        sweepAndAwait(id, 1);

        assertThat(RIG.row(id, UndoAction.REFUND).amount()).isEqualTo(Money.of("40.00", "USD"));
    }

    @Test
    void lateProfileOpensADeleteProfileRow() {
        RegistrationId id = doubtful("u-1", FIRST);
        RIG.providers().holdsProfile("u-1", id);

        sweepAndAwait(id, 1);

        assertThat(RIG.rows(id)).containsExactly("delete_profile OPEN");
        assertThat(stage(id)).isEqualTo(1);
    }

    @Test
    void profileOfAnotherRegistrationIsNoneOfOurs() {
        RegistrationId id = doubtful("u-1", FIRST);
        RIG.providers().holdsProfile("u-1", RegistrationId.random());

        sweepAndAwait(id, 1);

        assertThat(RIG.rows(id)).isEmpty();
    }

    @Test
    void lookThatFailsKeepsItsStageAndIsRepeated() {
        RegistrationId id = doubtful("u-1", FIRST);
        RIG.providers().holdsCharge(id, RepairRig.PRICE);
        RIG.providers().breaks("findPayment");

        sweepAndAwait(id, 1);
        assertThat(stage(id)).isZero();
        assertThat(RIG.rows(id)).isEmpty();

        RIG.providers().repairs("findPayment");
        RIG.environment().sleep(AGAIN);
        sweepAndAwait(id, 1);
        assertThat(stage(id)).isEqualTo(1);
        assertThat(RIG.rows(id)).containsExactly("refund OPEN");
    }

    @Test
    void chargeIsNotHiddenByAProfileApiThatIsDown() {
        RegistrationId id = doubtful("u-1", FIRST);
        RIG.providers().holdsCharge(id, RepairRig.PRICE);
        RIG.providers().breaks("getUserProfile");

        sweepAndAwait(id, 1);

        assertThat(RIG.rows(id)).containsExactly("refund OPEN");
        assertThat(stage(id)).isZero();
    }

    @Test
    void paymentThatIsStillPendingIsLookedAtAgain() {
        RegistrationId id = doubtful("u-1", FIRST);
        RIG.providers()
                .holdsPayment(
                        id,
                        PaymentStatus.PENDING,
                        RepairRig.PRICE.minus(RepairRig.PRICE),
                        RepairRig.PRICE.minus(RepairRig.PRICE));

        sweepAndAwait(id, 1);

        assertThat(stage(id)).isZero();
        assertThat(RIG.rows(id)).isEmpty();
    }

    @Test
    void chargeThatAnOperatorGaveBackByAnotherWayStaysClosed() {
        RegistrationId id = doubtful("u-1", SECOND);
        RIG.providers().holdsCharge(id, RepairRig.PRICE);
        sweepAndAwait(id, 1);
        RIG.ledger().resolve(RIG.row(id, UndoAction.REFUND), "by bank transfer", null, RIG.now());

        RIG.environment().sleep(AGAIN);
        sweepAndAwait(id, 2);

        assertThat(stage(id)).isEqualTo(2);
        assertThat(RIG.rows(id)).containsExactly("refund RESOLVED");
    }
}
