package dev.registrar.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.demo.Rule.Check;
import dev.registrar.demo.Rule.Evidence;
import dev.registrar.demo.Witness.JsonHttp;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Sends the registrations one after the other, because a fault of the sandbox applies to the next request, and shows
 * and judges the course of each. The users are new in every run. For one thread.
 */
public final class Demonstration {

    private static final Set<String> ENDS = Set.of("COMPLETED", "FAILED", "CANCELLED", "NEEDS_ATTENTION");
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(45);
    private static final Duration LOOK_EVERY = Duration.ofMillis(150);

    private final Witness witness;
    private final Screen screen;
    private final Clock clock;
    private final String run;

    /**
     * @param service base URL of the service's application port
     * @param sandbox base URL of the sandbox
     * @param run part of every user's id, never used before
     */
    public Demonstration(String service, String sandbox, Screen screen, Clock clock, String run) {
        this.witness = new Witness(service, sandbox);
        this.screen = screen;
        this.clock = clock;
        this.run = run;
    }

    /**
     * Runs the demonstration; returns whether all registrations ended as expected.
     *
     * @throws DemoRefusedException if service or sandbox do not answer as expected
     */
    public boolean hold() throws InterruptedException {
        return hold(Scenario.all());
    }

    boolean hold(List<Scenario> scenarios) throws InterruptedException {
        Instant start = clock.instant();
        List<Ending> endings = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            endings.add(show(endings.size() + 1, scenario));
        }
        return summarise(endings, Duration.between(start, clock.instant()));
    }

    private Ending show(int number, Scenario scenario) throws InterruptedException {
        screen.line("");
        screen.line("  %d  %s", number, scenario.story());
        JsonNode before = witness.faults();
        witness.faults(JsonHttp.read(scenario.faults()), before);
        JsonNode registration;
        try {
            registration =
                    untilItEnds(witness.register("demo-" + run + "-" + scenario.name(), scenario.paymentMethod()));
        } finally {
            witness.faults(JsonHttp.read("[]"), before);
        }
        Evidence evidence = witness.evidence(registration);
        Timeline.print(screen, evidence);
        List<Check> checks = scenario.judge(evidence);
        checks.forEach(screen::check);
        return new Ending(scenario, evidence, checks.stream().allMatch(Check::passed));
    }

    private JsonNode untilItEnds(JsonNode accepted) throws InterruptedException {
        String id = accepted.path("id").asText();
        Instant sent = clock.instant();
        JsonNode seen = accepted;
        screen.progress(0, "sent: " + seen.path("userId").asText() + ", registration " + id);
        while (!ENDS.contains(seen.path("status").asText())) {
            Duration waited = Duration.between(sent, clock.instant());
            if (waited.compareTo(LONGEST_WAIT) > 0) {
                break;
            }
            Thread.sleep(LOOK_EVERY.toMillis());
            seen = witness.registration(id);
            screen.progress(Duration.between(sent, clock.instant()).toMillis() / 1000.0, Timeline.now(seen));
        }
        return seen;
    }

    private boolean summarise(List<Ending> endings, Duration took) {
        screen.line("");
        screen.line("  Summary");
        for (Ending ending : endings) {
            screen.check(new Check(
                    ending.asItShould,
                    String.format(
                            java.util.Locale.ROOT,
                            "%-11s  %-15s  %s",
                            ending.scenario.name(),
                            ending.evidence.status(),
                            ending.evidence.id())));
        }
        screen.line("     taken from these %d users: %s", endings.size(), taken(endings));
        long wrong = endings.stream().filter(ending -> !ending.asItShould).count();
        screen.line(
                wrong == 0
                        ? "  All %d ended as they should, in %.1f s."
                        : "  Of %d, in %.1f s, " + wrong + " did not end as they should.",
                endings.size(),
                took.toMillis() / 1000.0);
        return wrong == 0;
    }

    private static String taken(List<Ending> endings) {
        BigDecimal net = endings.stream()
                .map(ending -> ending.evidence
                        .balances()
                        .path(Scenario.CURRENCY)
                        .path("net")
                        .decimalValue())
                .reduce(BigDecimal.ZERO.setScale(2), BigDecimal::add);
        int charges = endings.stream()
                .mapToInt(ending -> ending.evidence
                        .balances()
                        .path(Scenario.CURRENCY)
                        .path("charges")
                        .asInt())
                .sum();
        return net.toPlainString() + " " + Scenario.CURRENCY + " in " + charges + " charges";
    }

    private record Ending(Scenario scenario, Evidence evidence, boolean asItShould) {}

    /** The demonstration cannot be run. The message is one sentence for its user. */
    public static final class DemoRefusedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public DemoRefusedException(String sentence) {
            super(sentence, null, false, false);
        }
    }
}
