package dev.registrar.reconcile;

import dev.registrar.model.RegistrationId;
import dev.registrar.model.Release;
import dev.registrar.reconcile.ReconcileStore.ReconcileReport;
import dev.registrar.store.RegistrationStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/** Typical comparisons whose histories are recorded for each release and replayed in all later ones. */
public enum ReconcileHistoryFlow {
    NOTHING_FOUND,
    ORPHANS_FOUND,
    ACCOUNT_MISSING,
    PROVIDER_UNAVAILABLE;

    /** Runs it to its end on an empty rig and returns its history as JSON. */
    public String record(RepairRig rig) {
        rig.empty();
        switch (this) {
            case NOTHING_FOUND -> {
                rig.completed("u-1");
                rig.ended("u-2", RegistrationStatus.FAILED);
            }
            case ORPHANS_FOUND -> {
                RegistrationId cancelled = rig.ended("u-1", RegistrationStatus.CANCELLED);
                rig.providers().holdsCharge(cancelled, RepairRig.PRICE);
                rig.providers().holdsProfile("u-1", cancelled);
                rig.saveAccount("u-1", cancelled);
            }
            case ACCOUNT_MISSING -> {
                RegistrationId completed = rig.ended("u-1", RegistrationStatus.COMPLETED);
                rig.providers().holdsCharge(completed, RepairRig.PRICE);
                rig.providers().holdsProfile("u-1", completed);
            }
            case PROVIDER_UNAVAILABLE -> {
                rig.completed("u-1");
                rig.providers().breaks("findPayment");
            }
        }
        return compared(rig);
    }

    private static String compared(RepairRig rig) {
        ReconcileService service = new ReconcileService(
                new ReconcileStore(rig.jdbi()),
                rig.engine(),
                RepairRig.POLICY,
                RepairRig.SETTLE,
                new ReconcileConfiguration(null, null, null, null, BigDecimal.valueOf(100), null),
                Release.PREVIOUS,
                rig.clock());
        Instant to = rig.now().plusSeconds(1);
        UUID id = RepairRig.start(service, to.minus(Duration.ofHours(26)), to, false, 1_000);
        ReconcileReport begun = service.report(id).orElseThrow();
        String workflow = ReconcileWorkflow.id(begun.from(), begun.to(), false);
        rig.await(workflow);
        return rig.client().fetchHistory(workflow).toJson(true);
    }

    public String fileName() {
        return "reconcile-" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".json";
    }
}
