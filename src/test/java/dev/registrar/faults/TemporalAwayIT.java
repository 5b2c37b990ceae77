package dev.registrar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.faults.Invariants.Verdict;
import dev.registrar.flow.Poll;
import dev.registrar.flow.RegistrarProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Temporal is away for {@code -Dtemporal.away.seconds} (600) while {@code -Dtemporal.away.accepted} (2,000) registrations
 * are accepted: all end soon after its return, and they are started at a bounded rate. Both instances call local first,
 * which is the default: how fast they work off what has piled up depends on it.
 */
@Tag("faults-load")
@InFaultWorld
final class TemporalAwayIT {

    private static final int SECONDS = Integer.getInteger("temporal.away.seconds", 600);
    private static final int ACCEPTED = Integer.getInteger("temporal.away.accepted", 2_000);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** However long it was away, its return is noticed soon. */
    private static final Duration FIRST_LIMIT = Duration.ofSeconds(30);

    /** What both instances may start together: each has startsPerSecond, by default 100. */
    private static final long MOST_STARTS = 200;

    private static final String FIRST_CALLS = "profile.create";

    @Test
    void allThatWasAcceptedMeanwhileEndsSoonAfterItsReturnWithoutAStampede(@TempDir Path directory) {
        try (FaultWorld world = new FaultWorld(directory, RegistrarProcess::withLocalFirstSteps);
                FaultLoad load = new FaultLoad(world, "away-", new Random(1))) {
            world.killTemporal();
            load.start(Math.max(1, (int) Math.ceil((double) ACCEPTED / SECONDS)));
            long begun = System.nanoTime();
            Poll.until(
                    ACCEPTED + " are accepted",
                    Duration.ofSeconds(SECONDS * 2L),
                    () -> load.accepted().size() >= ACCEPTED,
                    () -> load.accepted().size() + " are");
            load.stop();
            Duration left = Duration.ofSeconds(SECONDS).minusNanos(System.nanoTime() - begun);
            if (left.toMillis() > 0) {
                Poll.pass(left);
            }
            world.temporalServer().start();
            Instant back = Instant.now();
            Poll.until(
                    "all have ended",
                    LIMIT,
                    () -> world.database().statuses("away-").keySet().stream()
                            .allMatch(status -> status.matches("COMPLETED|FAILED")),
                    () -> world.database().statuses("away-").toString());
            Duration took = Duration.between(back, Instant.now());

            Verdict verdict = new Invariants(world, "away-", load.all(), 0, List.of()).await(List.of(back));
            Map<Long, Long> starts = world.sandbox().ledger().stream()
                    .filter(entry -> entry.operation().equals(FIRST_CALLS))
                    .collect(Collectors.groupingBy(entry -> entry.at().getEpochSecond(), Collectors.counting()));
            long most =
                    starts.values().stream().mapToLong(Long::longValue).max().orElseThrow();
            Duration first = Collections.min(verdict.recoveries());
            System.out.printf(
                    "MEASURED Temporal away for %d s: %d accepted, the first ended %d ms after its return, half of them %d ms, all"
                            + " %d ms, at most %d first calls a second, %s%n",
                    SECONDS,
                    load.accepted().size(),
                    first.toMillis(),
                    FaultReport.percentile(verdict.recoveries(), 0.5).toMillis(),
                    took.toMillis(),
                    most,
                    verdict.outcomes());
            assertThat(verdict.violations()).isEmpty();
            assertThat(verdict.effects().get("payment.charge")).isGreaterThan(ACCEPTED / 2L);
            assertThat(first.toMillis()).as("ms until the first has ended").isLessThan((long)
                    (FIRST_LIMIT.toMillis() * Poll.stretch()));
            assertThat(most).as("first calls in one second").isLessThanOrEqualTo(MOST_STARTS);
        }
    }
}
