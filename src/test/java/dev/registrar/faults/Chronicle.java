package dev.registrar.faults;

import dev.registrar.faults.Invariants.Violation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What happened in the cases that share one load: for the verdict and the report. Thread-safe, except the rest. */
final class Chronicle {

    private final Queue<Violation> violations = new ConcurrentLinkedQueue<>();
    private final Queue<String> story = new ConcurrentLinkedQueue<>();
    private final Queue<Outage> outages = new ConcurrentLinkedQueue<>();
    private final Queue<Instant> healed = new ConcurrentLinkedQueue<>();
    private final Deque<Rest> rest = new ArrayDeque<>();

    /** A time in which registrations may have used up their attempts, without a trace in the ledger. */
    record Outage(Instant from, Instant until) {

        boolean touches(RegistrationRow row) {
            Instant finished = row.finishedAt();
            return row.createdAt().isBefore(until) && (finished == null || finished.isAfter(from));
        }
    }

    /** What a case does once no more registrations arrive. */
    record Rest(String name, Fault.Action action) {}

    void tell(String event) {
        story.add(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + event);
    }

    List<String> story() {
        return List.copyOf(story);
    }

    void wrong(String invariant, String registration, String what) {
        violations.add(new Violation(invariant, registration, what));
    }

    List<Violation> violations() {
        return List.copyOf(violations);
    }

    /** From then until now no call to a provider could be made or answered, at least not by everyone. */
    void outageSince(Instant from) {
        outages.add(new Outage(from, Instant.now()));
    }

    List<Outage> outages() {
        return List.copyOf(outages);
    }

    /** From now on nothing is broken, until the next fault. */
    void healed() {
        healed.add(Instant.now());
    }

    /** The ends of all faults in order; now if there was none. */
    List<Instant> healedAt() {
        return healed.isEmpty() ? List.of(Instant.now()) : List.copyOf(healed);
    }

    /** For later; what was added last is done first, as in a stack of repairs. */
    void later(String name, Fault.Action action) {
        rest.push(new Rest(name, action));
    }

    /** What is left to do, which is none of it afterwards. */
    List<Rest> rest() {
        List<Rest> all = List.copyOf(rest);
        rest.clear();
        return all;
    }
}
