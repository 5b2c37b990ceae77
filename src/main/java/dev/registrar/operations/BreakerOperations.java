package dev.registrar.operations;

import dev.registrar.model.Step;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.outbound.Breakers;
import dev.registrar.outbound.Breakers.BreakerStatus;
import dev.registrar.outbound.Breakers.ForcedState;
import dev.registrar.outbound.Breakers.ForcedState.Mode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breakers: as this instance sees them, and forced on all instances. A service is a provider's name or that of one
 * breaker ({@code payment-find}). To force {@code payment} forces its charge breaker only: without its lookups, a charge that
 * was never sent would look like money at risk. Thread-safe.
 */
public final class BreakerOperations {

    public static final Duration DEFAULT_HOLD = Duration.ofMinutes(10);

    /** Longer than any incident should last without somebody looking at it again. */
    public static final Duration LONGEST_HOLD = Duration.ofHours(24);

    /** What forcing {@code payment} means. */
    private static final String CHARGE = "payment-charge";

    /** How long instances may take to see a reset. */
    private static final Duration RESET_SEEN = Duration.ofMinutes(1);

    private final Breakers breakers;
    private final BreakerOverrides overrides;
    private final AuditLog audit;
    private final Clock clock;

    public BreakerOperations(Breakers breakers, BreakerOverrides overrides, AuditLog audit, Clock clock) {
        this.breakers = breakers;
        this.overrides = overrides;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * A breaker of this instance.
     *
     * @param state {@code CLOSED, OPEN, HALF_OPEN}, or held by an operator: {@code FORCED_OPEN, FORCED_CLOSED}
     * @param until when it lets a probe through, or when the hold ends
     * @param calls how many of the last calls are counted
     */
    public record BreakerEntry(
            String service, String state, @Nullable Instant until, int calls, int failed, int slow) {

        static BreakerEntry of(BreakerStatus status) {
            boolean held = status.forcedUntil() != null;
            String state = status.state().equals("DISABLED") ? "FORCED_CLOSED" : status.state();
            return new BreakerEntry(
                    status.name(),
                    state,
                    held ? status.forcedUntil() : status.openUntil(),
                    status.calls(),
                    status.failed(),
                    status.slow());
        }

        boolean lets() {
            return state.equals("CLOSED");
        }
    }

    public List<BreakerEntry> list() {
        return breakers.list().stream().map(BreakerEntry::of).toList();
    }

    /**
     * The breaker of this name, or all those of the service.
     *
     * @throws OperationRefusedException if there is no such service or breaker
     */
    public List<BreakerEntry> list(String service) {
        List<BreakerEntry> found = list().stream()
                .filter(entry ->
                        entry.service().equals(service) || entry.service().startsWith(service + "-"))
                .toList();
        if (found.isEmpty()) {
            throw OperationRefusedException.unknown("service or breaker of this name; there are "
                    + String.join(
                            ", ", list().stream().map(BreakerEntry::service).toList()));
        }
        return found;
    }

    /** Lets nothing through, for as long as said; calls are told to come back at the end of it. */
    public List<BreakerEntry> forceOpen(String service, Duration hold, OperatorNote note) {
        return force(service, Mode.OPEN, hold, note);
    }

    /** Lets everything through whatever comes back, for as long as said. */
    public List<BreakerEntry> forceClosed(String service, Duration hold, OperatorNote note) {
        return force(service, Mode.CLOSED, hold, note);
    }

    /** Ends a hold, and closes an open breaker, with nothing counted. */
    public List<BreakerEntry> reset(String service, OperatorNote note) {
        return force(service, Mode.RESET, RESET_SEEN, note);
    }

    private List<BreakerEntry> force(String service, Mode mode, Duration hold, OperatorNote note) {
        if (hold.compareTo(Duration.ofSeconds(1)) < 0 || hold.compareTo(LONGEST_HOLD) > 0) {
            throw OperationRefusedException.invalid("for: PT1S to " + LONGEST_HOLD + ".");
        }
        String meant = service.equals(Step.PAYMENT.code()) ? CHARGE : service;
        List<String> names = list(meant).stream().map(BreakerEntry::service).toList();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        ForcedState wanted = new ForcedState(mode, now.plus(hold), now);
        Map<String, ?> detail = mode == Mode.RESET
                ? Map.of("state", mode.name(), "breakers", names)
                : Map.of(
                        "state",
                        mode.name(),
                        "breakers",
                        names,
                        "until",
                        wanted.until().toString());
        audit.changing(
                note, new Entry("circuit-breakers", "breaker:" + service, detail), () -> overrides.set(names, wanted));
        overrides.apply();
        return list(meant);
    }
}
