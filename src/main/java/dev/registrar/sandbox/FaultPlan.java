package dev.registrar.sandbox;

import dev.registrar.sandbox.Fault.FaultKind;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The faults in force. A request meets at most one latency and one other fault: each time the first in the list that
 * matches and still strikes. Kept in memory only: a restart clears all faults. Thread-safe.
 */
final class FaultPlan {

    private final RandomGenerator random;
    private volatile List<Armed> armed = List.of();

    /** @param random thread-safe */
    FaultPlan(RandomGenerator random) {
        this.random = random;
    }

    void replace(List<Fault> faults) {
        armed = faults.stream().map(Armed::new).toList();
    }

    /** The faults with their remaining counts. */
    List<Fault> left() {
        return armed.stream().map(Armed::now).toList();
    }

    /**
     * The faults that strike this request; decrements their counts.
     *
     * @param user whom the request is about
     */
    Meeting meet(Operation operation, Supplier<@Nullable String> user) {
        List<Armed> faults = armed;
        if (faults.isEmpty()) {
            return Meeting.NONE;
        }
        long latency = 0;
        Fault struck = null;
        boolean slow = false;
        for (Armed candidate : faults) {
            boolean isLatency = candidate.fault.kind() == FaultKind.LATENCY;
            if ((isLatency ? slow : struck != null) || !candidate.strikes(operation, user, random)) {
                continue;
            }
            if (isLatency) {
                slow = true;
                latency = candidate.fault.millisOr(0);
            } else {
                struck = candidate.fault;
            }
        }
        return new Meeting(latency, slow, struck);
    }

    /**
     * @param latencyMillis milliseconds to let pass first
     * @param slow whether a latency struck
     * @param fault the other fault
     */
    record Meeting(
            long latencyMillis, boolean slow, @Nullable Fault fault) {

        static final Meeting NONE = new Meeting(0, false, null);

        /** The kind shown in the ledger: the other fault, or else the latency. */
        @Nullable
        FaultKind kind() {
            if (fault != null) {
                return fault.kind();
            }
            return slow ? FaultKind.LATENCY : null;
        }
    }

    private static final class Armed {

        private final Fault fault;
        private final @Nullable AtomicInteger left;

        Armed(Fault fault) {
            this.fault = fault;
            this.left = fault.times() == null ? null : new AtomicInteger(fault.times());
        }

        boolean strikes(Operation operation, Supplier<@Nullable String> user, RandomGenerator random) {
            if (!fault.matches(operation, user)) {
                return false;
            }
            if (left != null) {
                return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
            }
            Double probability = fault.probability();
            return probability == null || random.nextDouble() < probability;
        }

        Fault now() {
            return left == null ? fault : fault.withTimes(left.get());
        }
    }
}
