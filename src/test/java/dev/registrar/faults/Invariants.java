package dev.registrar.faults;

import dev.registrar.faults.Chronicle.Outage;
import dev.registrar.flow.Poll;
import dev.registrar.flow.RegistrationClient;
import dev.registrar.flow.SandboxProbe.Entry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What must hold for the registrations of one load, whatever happened to them: checked from the sandbox's ledger and
 * the tables, never from what the service says about itself.
 */
final class Invariants {

    /** None is open this long after the fault ended. */
    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    /**
     * A charge or profile that may still arrive late is in an open row this long after the fault ended: the last time of
     * {@code lateChargeWatch} in config-test.yml, 60 s, and 20 s for the lookup.
     */
    private static final Duration WATCH_LIMIT = Duration.ofSeconds(80);

    private static final BigDecimal PRICE = new BigDecimal(RegistrationClient.AMOUNT);

    /** Of the registrations that met no fault of their own, so many are COMPLETED. */
    private static final double SHARE = 0.95;

    private final FaultWorld world;
    private final String prefix;
    private final Map<String, Sent> sent = new HashMap<>();
    private final long ledgerFrom;
    private final List<Outage> outages;

    /** Violations that no later state excuses. */
    private final Set<Violation> strict = new LinkedHashSet<>();

    /** @param registration the registration's id, or the user's if it has none */
    record Violation(String invariant, String registration, String what) {
        @Override
        public String toString() {
            return invariant + " " + registration + ": " + what;
        }
    }

    /**
     * @param outcomes registrations by status
     * @param effects effects of the sandbox by operation
     * @param recoveries from the end of a fault to the end of each registration that was open then; of the last such
     *     fault, if a registration has survived several
     */
    record Verdict(
            List<Violation> violations,
            Map<String, Long> outcomes,
            Map<String, Long> effects,
            List<Duration> recoveries) {}

    /**
     * @param prefix of the users
     * @param ledgerFrom the ledger's last entry before them
     * @param outages registrations that lived in one have met a fault of their own
     */
    Invariants(FaultWorld world, String prefix, Collection<Sent> sent, long ledgerFrom, List<Outage> outages) {
        this.world = world;
        this.prefix = prefix;
        sent.forEach(each -> this.sent.put(each.user, each));
        this.ledgerFrom = ledgerFrom;
        this.outages = outages;
    }

    /** What does not hold now, whether or not there is time left for it. */
    Set<Violation> now() {
        Set<Violation> found = new Facts().check();
        found.addAll(strict);
        return found;
    }

    /**
     * Waits until all holds, at most as long as the invariants allow after the end of the last fault.
     *
     * @param healed the ends of the faults, in order, at least one
     */
    Verdict await(List<Instant> healed) {
        while (true) {
            Facts facts = new Facts();
            Set<Violation> found = facts.check();
            found.addAll(strict);
            long waited = Duration.between(healed.get(healed.size() - 1), Instant.now())
                    .toMillis();
            Duration limit = facts.mayStillLand ? WATCH_LIMIT : END_LIMIT;
            if (found.isEmpty() || waited > limit.toMillis() * Poll.stretch()) {
                return new Verdict(List.copyOf(found), facts.outcomes(), facts.effects(), facts.recoveries(healed));
            }
            Poll.pass(Duration.ofMillis(500));
        }
    }

    /** One view of the outside world. */
    private final class Facts {

        private final List<RegistrationRow> rows;
        private final Map<String, List<Entry>> ledger;
        private final Set<Violation> found = new LinkedHashSet<>();
        private boolean mayStillLand;

        private Facts() {
            // The rows first: an effect that they report is in the ledger by then.
            rows = RegistrationRow.of(world.database(), prefix);
            ledger = world.sandbox().ledgerAfter(ledgerFrom).stream()
                    .filter(entry -> entry.userId().startsWith(prefix))
                    .collect(Collectors.groupingBy(Entry::userId));
        }

        private Map<String, Long> outcomes() {
            return rows.stream()
                    .collect(Collectors.groupingBy(RegistrationRow::status, TreeMap::new, Collectors.counting()));
        }

        private Map<String, Long> effects() {
            return ledger.values().stream()
                    .flatMap(List::stream)
                    .filter(Entry::effect)
                    .collect(Collectors.groupingBy(Entry::operation, TreeMap::new, Collectors.counting()));
        }

        private List<Duration> recoveries(List<Instant> healed) {
            List<Duration> recoveries = new ArrayList<>();
            for (RegistrationRow row : rows) {
                Instant finished = row.finishedAt();
                if (finished != null) {
                    healed.stream()
                            .filter(end -> row.createdAt().isBefore(end) && finished.isAfter(end))
                            .max(Comparator.naturalOrder())
                            .ifPresent(end -> recoveries.add(Duration.between(end, finished)));
                }
            }
            return recoveries;
        }

        private Set<Violation> check() {
            checkAccepted();
            Map<String, List<RegistrationRow>> byUser =
                    rows.stream().collect(Collectors.groupingBy(RegistrationRow::userId));
            byUser.forEach((user, ofUser) -> {
                if (ofUser.size() > 1) {
                    strictly("I5", user, ofUser.size() + " registrations under one key");
                }
                check(ofUser.get(0), ledger.getOrDefault(user, List.of()));
            });
            ledger.keySet().stream()
                    .filter(user -> !byUser.containsKey(user))
                    .forEach(user -> add("I1", user, "calls to providers without a registration"));
            checkUnhurt();
            return found;
        }

        private void checkAccepted() {
            Set<String> ids = rows.stream().map(RegistrationRow::id).collect(Collectors.toSet());
            for (Sent each : sent.values()) {
                each.ids.stream()
                        .filter(id -> !ids.contains(id))
                        .forEach(id -> strictly("I1", id, "was accepted and is not there"));
                if (each.ids.size() > 1) {
                    strictly("I5", each.user, "one key, the ids " + each.ids);
                }
            }
        }

        private void check(RegistrationRow row, List<Entry> calls) {
            if (!row.settled()) {
                add("I1", row.id(), "is still open: " + row);
            }
            if (row.status().equals("NEEDS_ATTENTION") && row.unclosed() == 0) {
                strictly("I2", row.id(), "NEEDS_ATTENTION without an open row: " + row);
            }
            if (row.settled() && row.applied() < row.commands()) {
                add("commands", row.id(), "commands were not applied: " + row);
            }
            Balance balance = new Balance(calls);
            balance.wrong().forEach((invariant, what) -> strictly(invariant, row.id(), what));
            checkMoney(row, balance);
            checkLeftovers(row, balance);
            checkReason(row);
        }

        private void checkMoney(RegistrationRow row, Balance balance) {
            BigDecimal right = row.completed() ? PRICE : BigDecimal.ZERO;
            boolean wrong = balance.net().compareTo(right) != 0;
            mayStillLand |= wrong && row.inDoubt() && row.due();
            if (wrong && (row.completed() || row.undone()) && row.unclosedMoney() == 0) {
                add("I2", row.id(), "a net charge of " + balance.net() + ": " + row);
            }
        }

        private void checkLeftovers(RegistrationRow row, Balance balance) {
            boolean left = balance.profile() || row.accounts() > 0;
            mayStillLand |= row.undone() && left && row.inDoubt();
            if (row.undone() && left && row.unclosed() == 0) {
                add("I4", row.id(), "undone, with profile " + balance.profile() + ": " + row);
            }
            if (row.completed() && !balance.profile()) {
                strictly("I3", row.id(), "COMPLETED without a profile: " + row);
            }
            if (row.completed() && row.accounts() == 0 && !row.errors().contains("database")) {
                add("I4", row.id(), "COMPLETED without an account and without an error that says so: " + row);
            }
        }

        private void checkReason(RegistrationRow row) {
            Sent known = sent.get(row.userId());
            if (known == null) {
                return;
            }
            if (known.cancelAccepted && row.completed()) {
                strictly("I1", row.id(), "COMPLETED although a cancel was accepted: " + row);
            }
            boolean critical = row.errors().contains("profile") || row.errors().contains("payment");
            if (row.undone() && !known.cancelAsked && !known.struck && !critical) {
                strictly("I6", row.id(), "undone because of a best-effort step: " + row);
            }
        }

        private void checkUnhurt() {
            List<RegistrationRow> unhurt = rows.stream().filter(this::isUnhurt).toList();
            long completed = unhurt.stream().filter(RegistrationRow::completed).count();
            if (completed < SHARE * unhurt.size()) {
                add("I8", "all", completed + " of " + unhurt.size() + " without a fault of their own COMPLETED");
            }
        }

        private boolean isUnhurt(RegistrationRow row) {
            Sent known = sent.get(row.userId());
            return known != null
                    && !known.declined
                    && !known.cancelAsked
                    && !known.struck
                    && outages.stream().noneMatch(outage -> outage.touches(row))
                    && ledger.getOrDefault(row.userId(), List.of()).stream()
                            .allMatch(call ->
                                    call.fault().isEmpty() || call.fault().equals("latency"));
        }

        private void add(String invariant, String registration, String what) {
            found.add(new Violation(invariant, registration, what));
        }

        private void strictly(String invariant, String registration, String what) {
            strict.add(new Violation(invariant, registration, what));
        }
    }
}
