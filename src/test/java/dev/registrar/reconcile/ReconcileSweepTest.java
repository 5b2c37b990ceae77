package dev.registrar.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.RegistrationId;
import dev.registrar.model.Release;
import dev.registrar.reconcile.ReconcileStore.ReconcileReport;
import dev.registrar.store.RegistrationStatus;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.util.Duration;
import jakarta.validation.Validator;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What starts comparisons: operators, the timer, and the sweeper for those whose workflow is lost. */
class ReconcileSweepTest {

    private static final long HOUR = Duration.hours(1).toMilliseconds();

    @RegisterExtension
    static final RepairRig RIG = new RepairRig();

    private final ReconcileStore store = new ReconcileStore(RIG.jdbi());

    private static ReconcileConfiguration configuration(boolean enabled, String rate) {
        return new ReconcileConfiguration(
                enabled, null, Duration.hours(1), Duration.hours(2), new BigDecimal(rate), null);
    }

    private ReconcileService service(ReconcileConfiguration configuration) {
        return new ReconcileService(
                store, RIG.engine(), RepairRig.POLICY, RepairRig.SETTLE, configuration, Release.PREVIOUS, RIG.clock());
    }

    private ReconcileService sweep(boolean enabled) {
        ReconcileConfiguration configuration = configuration(enabled, "100");
        return service(configuration);
    }

    private List<UUID> runs() {
        return RIG.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT id FROM reconcile_runs ORDER BY created_at")
                        .mapTo(UUID.class)
                        .list());
    }

    private ReconcileReport await(UUID id) {
        ReconcileReport begun = store.report(id).orElseThrow();
        RIG.await(ReconcileWorkflow.id(begun.from(), begun.to(), begun.dryRun()));
        return store.report(id).orElseThrow();
    }

    @Test
    void timerIsOffByDefault() {
        assertThat(ReconcileConfiguration.defaults().enabled()).isFalse();

        sweep(false).sweep();

        assertThat(runs()).isEmpty();
    }

    @Test
    void timerComparesEachWindowOnceAcrossInstancesAndLeavesCommands() {
        // Time skips while a comparison is awaited: the hour must not end meanwhile.
        RIG.environment()
                .sleep(java.time.Duration.ofMillis(
                        HOUR - Math.floorMod(RIG.now().toEpochMilli(), HOUR) + HOUR / 6));
        Instant to = Instant.ofEpochMilli(Math.floorDiv(RIG.now().toEpochMilli(), HOUR) * HOUR);
        RegistrationId failed = RIG.ended("u-1", RegistrationStatus.FAILED, to.minusSeconds(600), to.minusSeconds(500));
        RIG.providers().holdsCharge(failed, RepairRig.PRICE);
        ReconcileService one = sweep(true);

        one.sweep();
        sweep(true).sweep();
        one.sweep();

        assertThat(runs()).hasSize(1);
        ReconcileReport report = await(runs().get(0));
        assertThat(report.from()).isEqualTo(to.minusSeconds(2 * HOUR / 1_000));
        assertThat(report.to()).isEqualTo(to);
        assertThat(report.dryRun()).isFalse();
        assertThat(report.finished()).isTrue();
        assertThat(RIG.commands(failed)).containsExactly("attend look");

        // On a slow machine the hour may have ended anyway.
        int windows = RIG.now().isBefore(to.plusMillis(HOUR)) ? 1 : 2;
        one.sweep();
        one.sweep();
        assertThat(runs()).hasSize(windows);
        RIG.environment().sleep(java.time.Duration.ofHours(1));
        one.sweep();
        assertThat(runs()).hasSize(windows + 1);
        await(runs().get(windows));
    }

    @Test
    void comparisonThatIsAskedForTwiceRunsOnce() {
        ReconcileService service = service(configuration(false, "100"));
        RIG.ended("u-1", RegistrationStatus.FAILED);
        Instant to = RIG.now();
        Instant from = to.minusSeconds(3_600);

        UUID first = RepairRig.start(service, from, to, true, 10);
        UUID second = RepairRig.start(service, from, to, true, 10);
        UUID inEarnest = RepairRig.start(service, from, to, false, 10);

        assertThat(second).isEqualTo(first);
        assertThat(inEarnest).isNotEqualTo(first);
        await(first);
        await(inEarnest);
        UUID afterwards = RepairRig.start(service, from, to, true, 10);
        assertThat(afterwards).isNotEqualTo(first);
        sweepUntilRunning(afterwards);
        assertThat(await(afterwards).compared()).isEqualTo(1);
    }

    /** The workflow of the earlier run may still be closing: then the sweeper starts the new one. */
    private void sweepUntilRunning(UUID id) {
        for (int i = 0; i < 100 && !store.report(id).orElseThrow().finished(); i++) {
            RIG.environment().sleep(java.time.Duration.ofSeconds(31));
            sweep(false).sweep();
        }
    }

    @Test
    void comparisonWhoseWorkflowIsLostGoesOnFromItsTable() {
        for (int i = 0; i < 60; i++) {
            RIG.ended("u-" + i, RegistrationStatus.FAILED);
        }
        Instant to = RIG.now();
        Instant from = to.minusSeconds(3_600);
        UUID id = RepairRig.start(service(configuration(false, "1")), from, to, true, 1_000);
        for (int i = 0; i < 120 && store.report(id).orElseThrow().compared() == 0; i++) {
            RIG.environment().sleep(java.time.Duration.ofSeconds(1));
        }
        ReconcileReport begun = store.report(id).orElseThrow();
        assertThat(begun.compared()).isEqualTo(50);
        RIG.client()
                .newUntypedWorkflowStub(ReconcileWorkflow.id(begun.from(), begun.to(), true))
                .terminate("lost");
        int before = RIG.providers().order("findPayment").size();

        sweep(false).sweep();

        ReconcileReport report = await(id);
        assertThat(report.finished()).isTrue();
        assertThat(report.compared()).isEqualTo(60);
        assertThat(RIG.providers().order("findPayment").size() - before).isLessThanOrEqualTo(11);
    }

    @Test
    void comparisonThatTakesTooLongAnswersWithWhatItFoundSoFar() {
        RIG.ended("u-1", RegistrationStatus.FAILED);
        Instant to = RIG.now();

        ReconcileService service = service(configuration(false, "0.01"));
        ReconcileReport report =
                service.await(RepairRig.start(service, to.minusSeconds(3_600), to, true, 10), java.time.Duration.ZERO);

        assertThat(report.finished()).isFalse();
        assertThat(await(report.id()).compared()).isEqualTo(1);
        assertThat(service(configuration(false, "1")).report(UUID.randomUUID())).isEmpty();
    }

    @Test
    void emptyWindowAndLimitAreRefused() {
        ReconcileService service = service(configuration(false, "100"));
        Instant now = RIG.now();

        assertThatThrownBy(() -> RepairRig.start(service, now, now, true, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RepairRig.start(service, now.minusSeconds(1), now, true, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void configurationHasDefaultsAndRefusesGaps() throws Exception {
        ReconcileConfiguration read = Jackson.newObjectMapper()
                .readValue(
                        "{\"enabled\": true, \"every\": \"6 h\", \"window\": \"5 h\"}", ReconcileConfiguration.class);
        assertThat(read.enabled()).isTrue();
        assertThat(read.rate()).isEqualByComparingTo("5");
        assertThat(ReconcileConfiguration.defaults().window()).isEqualTo(Duration.hours(26));

        Validator validator = Validators.newValidator();
        assertThat(validator.validate(read)).hasSize(1);
        assertThat(validator.validate(ReconcileConfiguration.defaults())).isEmpty();
    }
}
