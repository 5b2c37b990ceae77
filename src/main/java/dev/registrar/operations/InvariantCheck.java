package dev.registrar.operations;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.store.DueRegistrations;
import java.time.Duration;

/**
 * Counts the registrations that break the rules which all writers keep. To be done on a timer; if the database does not answer,
 * the last count stays. Thread-safe.
 */
public final class InvariantCheck {

    /** Often enough for an alert that waits for two minutes. */
    public static final Duration INTERVAL = Duration.ofSeconds(30);

    private final DueRegistrations registrations;
    private volatile int violations;

    public InvariantCheck(DueRegistrations registrations, RegistrarMeters meters) {
        this.registrations = registrations;
        meters.invariantViolations(this::violations);
    }

    /** Counts once. */
    public void run() {
        violations = registrations.violations();
    }

    /** As last counted; 0 before. */
    public int violations() {
        return violations;
    }
}
