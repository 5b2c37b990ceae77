package dev.registrar.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Release;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.reconcile.Finding.FindingKind;
import dev.registrar.reconcile.ReconcileStore.ReconcileReport;
import dev.registrar.store.RegistrationStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a comparison handles its findings. */
class ReconcileWorkflowTest {

    @RegisterExtension
    static final RepairRig RIG = new RepairRig();

    private static ReconcileService service() {
        ReconcileConfiguration configuration =
                new ReconcileConfiguration(null, null, null, null, BigDecimal.valueOf(100), null);
        return new ReconcileService(
                new ReconcileStore(RIG.jdbi()),
                RIG.engine(),
                RepairRig.POLICY,
                RepairRig.SETTLE,
                configuration,
                Release.PREVIOUS,
                RIG.clock());
    }

    private ReconcileReport reconcile(boolean dryRun, int limit) {
        Instant to = RIG.now().plusSeconds(1);
        UUID id = RepairRig.start(service(), to.minus(Duration.ofHours(26)), to, dryRun, limit);
        ReconcileReport begun = service().report(id).orElseThrow();
        RIG.await(ReconcileWorkflow.id(begun.from(), begun.to(), dryRun));
        ReconcileReport report = service().report(id).orElseThrow();
        assertThat(report.finished()).isTrue();
        return report;
    }

    private ReconcileReport reconcile(boolean dryRun) {
        return reconcile(dryRun, 1_000);
    }

    @Test
    void registrationsThatAreAsTheyShouldBeGiveNoFinding() {
        RIG.completed("u-1");
        RegistrationId failed = RIG.ended("u-2", RegistrationStatus.FAILED);
        RIG.providers().holdsPayment(failed, PaymentStatus.SUCCEEDED, RepairRig.PRICE, RepairRig.PRICE);
        RegistrationId declined = RIG.ended("u-3", RegistrationStatus.CANCELLED);
        RIG.providers()
                .holdsPayment(
                        declined,
                        PaymentStatus.DECLINED,
                        RepairRig.PRICE.minus(RepairRig.PRICE),
                        RepairRig.PRICE.minus(RepairRig.PRICE));
        RIG.providers().holdsProfile("u-3", RegistrationId.random());
        RIG.saveAccount("u-3", RegistrationId.random());

        ReconcileReport report = reconcile(false);

        assertThat(report.compared()).isEqualTo(3);
        assertThat(report.findings()).isEmpty();
        assertThat(report.unknown()).isEmpty();
        assertThat(report.limitReached()).isFalse();
        assertThat(RIG.ledger().openWork().rows()).isZero();
    }

    @Test
    void comparisonIsStartedWithTheConfiguredFeatures() {
        RIG.completed("u-1");

        ReconcileReport report = reconcile(true);

        assertThat(RIG.client()
                        .fetchHistory(ReconcileWorkflow.id(report.from(), report.to(), true))
                        .getEvents()
                        .get(0)
                        .getWorkflowExecutionStartedEventAttributes()
                        .getInput()
                        .getPayloads(0)
                        .getData()
                        .toStringUtf8())
                .contains("\"features\":\"" + Release.PREVIOUS + "\"");
    }

    @Test
    void dryRunTellsWhatIsFoundAndLeavesNoCommand() {
        RegistrationId failed = RIG.ended("u-1", RegistrationStatus.FAILED);
        RIG.providers().holdsCharge(failed, RepairRig.PRICE);
        RIG.providers().holdsProfile("u-1", failed);
        RIG.saveAccount("u-1", failed);

        ReconcileReport report = reconcile(true);

        assertThat(report.dryRun()).isTrue();
        assertThat(report.findings())
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder(
                        FindingKind.ORPHANED_CHARGE, FindingKind.ORPHANED_PROFILE, FindingKind.ORPHANED_ACCOUNT);
        assertThat(RIG.commands(failed)).isEmpty();
    }

    @Test
    void orphansOfAnEndedRegistrationBecomeOneCommandForItsRunThatOpensRowsOnly() {
        RegistrationId cancelled = RIG.ended("u-1", RegistrationStatus.CANCELLED);
        RIG.providers().holdsCharge(cancelled, RepairRig.PRICE);
        RIG.providers().holdsProfile("u-1", cancelled);
        RIG.saveAccount("u-1", cancelled);

        ReconcileReport report = reconcile(false);

        assertThat(report.findings())
                .extracting(Finding::kind, Finding::service, Finding::reference, Finding::amount)
                .contains(tuple(
                        FindingKind.ORPHANED_CHARGE,
                        Step.PAYMENT,
                        FakeProviders.transaction(cancelled),
                        RepairRig.PRICE))
                .hasSize(3);
        assertThat(RIG.commands(cancelled)).containsExactly("attend look");
        assertThat(RIG.registration(cancelled).attendAt()).isNotNull();
        assertThat(RIG.status(cancelled)).isEqualTo(RegistrationStatus.CANCELLED);
    }

    @Test
    void comparisonTwiceLeavesOneCommand() {
        RegistrationId failed = RIG.ended("u-1", RegistrationStatus.FAILED);
        RIG.providers().holdsCharge(failed, RepairRig.PRICE);

        reconcile(false);
        reconcile(false);

        assertThat(RIG.commands(failed)).containsExactly("attend look");
    }

    @Test
    void completedRegistrationWithoutItsAccountIsLeftACommand() {
        RegistrationId completed = RIG.ended("u-1", RegistrationStatus.COMPLETED);
        RIG.providers().holdsCharge(completed, RepairRig.PRICE);
        RIG.providers().holdsProfile("u-1", completed);

        ReconcileReport report = reconcile(false);

        assertThat(report.findings()).extracting(Finding::kind).containsExactly(FindingKind.MISSING_ACCOUNT);
        assertThat(RIG.commands(completed)).containsExactly("attend look");
    }

    @Test
    void completedRegistrationWhoseUserHasAnothersAccountIsTold() {
        RegistrationId completed = RIG.completed("u-1");
        RIG.accounts().delete(completed, "u-1", Duration.ofSeconds(5));
        RIG.saveAccount("u-1", RegistrationId.random());

        ReconcileReport report = reconcile(false);

        assertThat(report.findings()).extracting(Finding::kind).containsExactly(FindingKind.MISSING_ACCOUNT);
    }

    @Test
    void completedRegistrationWithoutItsChargeOrProfileIsToldAndGetsNoRow() {
        RegistrationId absent = RIG.completed("u-1");
        RIG.providers().reset();
        RegistrationId refunded = RIG.completed("u-2");
        RIG.providers().holdsPayment(refunded, PaymentStatus.SUCCEEDED, RepairRig.PRICE, RepairRig.PRICE);
        RegistrationId wrong = RIG.completed("u-3");
        RIG.providers().holdsCharge(wrong, Money.of("50.00", "USD"));

        ReconcileReport report = reconcile(false);

        assertThat(report.findings())
                .extracting(Finding::registrationId, Finding::kind)
                .containsExactlyInAnyOrder(
                        tuple(absent, FindingKind.MISSING_CHARGE),
                        tuple(absent, FindingKind.MISSING_PROFILE),
                        tuple(refunded, FindingKind.MISSING_CHARGE),
                        tuple(wrong, FindingKind.MISSING_CHARGE));
        assertThat(RIG.ledger().openWork().rows()).isZero();
        assertThat(RIG.status(refunded)).isEqualTo(RegistrationStatus.COMPLETED);
    }

    @Test
    void whatCannotBeLookedUpIsUnknownAndNoFinding() {
        RegistrationId completed = RIG.completed("u-1");
        RegistrationId failed = RIG.ended("u-2", RegistrationStatus.FAILED);
        RIG.providers().holdsProfile("u-2", failed);
        RIG.providers().breaks("findPayment");

        ReconcileReport report = reconcile(false);

        assertThat(report.unknown())
                .extracting(Finding::registrationId, Finding::service)
                .containsExactlyInAnyOrder(tuple(completed, Step.PAYMENT), tuple(failed, Step.PAYMENT));
        assertThat(report.findings()).extracting(Finding::kind).containsExactly(FindingKind.ORPHANED_PROFILE);
        assertThat(RIG.commands(failed)).containsExactly("attend look");
    }

    @Test
    void whatAnotherProviderDidIsUnknownAndNotMissing() {
        RegistrationId completed = RIG.completed("u-1");
        RIG.set(completed, "provider", "payment=stripe@pay.test profile=scim@users.test");
        RegistrationId same = RIG.completed("u-2");
        RIG.set(same, "provider", "payment=registrar@pay.test profile=registrar@users.test");

        ReconcileReport report = reconcile(false);

        assertThat(report.unknown())
                .extracting(Finding::registrationId, Finding::service)
                .containsExactlyInAnyOrder(tuple(completed, Step.PAYMENT), tuple(completed, Step.PROFILE));
        assertThat(report.findings()).isEmpty();
        assertThat(report.compared()).isEqualTo(2);
    }

    @Test
    void paymentOfAnEndedRegistrationThatIsPendingIsUnknown() {
        RegistrationId failed = RIG.ended("u-1", RegistrationStatus.FAILED);
        RIG.providers()
                .holdsPayment(
                        failed,
                        PaymentStatus.PENDING,
                        RepairRig.PRICE.minus(RepairRig.PRICE),
                        RepairRig.PRICE.minus(RepairRig.PRICE));

        ReconcileReport report = reconcile(false);

        assertThat(report.findings()).isEmpty();
        assertThat(report.unknown()).hasSize(1);
    }

    @Test
    void registrationsThatHaveNotEndedOrNotSettledAreLeftOut() {
        RIG.registered("u-1");
        RIG.set(RIG.registered("u-2"), "status", "NEEDS_ATTENTION");
        Instant now = RIG.now();
        RIG.ended("u-3", RegistrationStatus.FAILED, now.minusSeconds(90), now.minusSeconds(50));
        RIG.ended("u-4", RegistrationStatus.FAILED, now.minus(Duration.ofDays(3)), now.minus(Duration.ofDays(2)));

        assertThat(reconcile(false).compared()).isZero();
        assertThat(RIG.providers().calls()).isEmpty();
    }

    @Test
    void registrationThatIsOlderThanTheWindowAndEndedInItIsCompared() {
        Instant now = RIG.now();
        RegistrationId old =
                RIG.ended("u-1", RegistrationStatus.FAILED, now.minus(Duration.ofDays(3)), now.minusSeconds(600));
        RIG.providers().holdsCharge(old, RepairRig.PRICE);

        assertThat(reconcile(false).findings())
                .extracting(Finding::registrationId)
                .containsExactly(old);
    }

    @Test
    void manyPagesAreComparedOnceEachAcrossRunsOfTheWorkflow() {
        List<RegistrationId> all = new ArrayList<>();
        Instant created = RIG.now().minus(Duration.ofHours(2));
        for (int i = 0; i < 230; i++) {
            all.add(RIG.ended(
                    "u-" + i, RegistrationStatus.FAILED, created.plusSeconds(i / 10), created.plusSeconds(99)));
        }
        RIG.providers().holdsCharge(all.get(229), RepairRig.PRICE);

        ReconcileReport report = reconcile(false);

        assertThat(report.compared()).isEqualTo(230);
        assertThat(RIG.providers().order("findPayment")).hasSize(230);
        assertThat(report.findings()).extracting(Finding::registrationId).containsExactly(all.get(229));
    }

    @Test
    void limitEndsTheComparisonAndIsTold() {
        for (int i = 0; i < 5; i++) {
            RIG.ended("u-" + i, RegistrationStatus.FAILED);
        }

        ReconcileReport report = reconcile(true, 3);

        assertThat(report.compared()).isEqualTo(3);
        assertThat(report.limitReached()).isTrue();
    }
}
