package dev.registrar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.faults.FaultWorld.Instance;
import dev.registrar.faults.Invariants.Verdict;
import dev.registrar.flow.Poll;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Far more requests than the service can work on, for {@code -Dflood.seconds} (120) at {@code -Dflood.rate} (200) a
 * second. Beyond {@code maxBacklog} they are refused; what was accepted ends right, and the service recovers.
 */
@Tag("faults-load")
@InFaultWorld
final class FloodIT {

    private static final int SECONDS = Integer.getInteger("flood.seconds", 120);
    private static final int PER_SECOND = Integer.getInteger("flood.rate", 200);
    private static final int BACKLOG = Integer.getInteger("flood.backlog", 500);

    /** What calm means; about a tenth of the flood is what two cores work off. */
    private static final int CALM_PER_SECOND = 5;

    /** A heap of 512 MiB, and as much again for threads, code and buffers. */
    private static final long MOST_MEMORY_MIB = 1_024;

    @Test
    void floodIsRefusedBeyondTheBacklogAndWhatWasAcceptedEndsRight(@TempDir Path directory) {
        try (FaultWorld world = new FaultWorld(directory, process -> process.withMaxBacklog(BACKLOG))) {
            Duration before = calm(world, "before-");
            List<Long> memory = new ArrayList<>();
            Verdict verdict;
            int refused;
            int accepted;
            long begun = System.nanoTime();
            Duration drained;
            try (FaultLoad load = new FaultLoad(world, "flood-", new Random(1)).impatient()) {
                load.start(PER_SECOND);
                for (int second = 0; second < SECONDS; second++) {
                    Poll.pass(Duration.ofSeconds(1));
                    world.instances().forEach(instance -> memory.add(resident(instance)));
                }
                load.stop();
                Instant ended = Instant.now();
                long left = open(world);
                refused = load.refused();
                accepted = load.accepted().size();
                double perSecond = Math.max(1, (accepted - left) / (double) SECONDS);
                Duration limit = Duration.ofSeconds((long) (60 + left / perSecond));
                Poll.until("the backlog of " + left + " is worked off", limit, () -> open(world) == 0);
                drained = Duration.between(ended, Instant.now());
                verdict = new Invariants(world, "flood-", load.accepted(), 0, List.of()).await(List.of(Instant.now()));
                assertThat(load.problems())
                        .as("answers that no client should get")
                        .isEmpty();
            }
            Duration after = calm(world, "after-");

            System.out.printf(
                    "MEASURED flood: %d s at %d/s: %d accepted, %d refused with 503, most memory %d MiB, drained in %d ms,"
                            + " POST p99 %d ms before and %d ms after, outcomes %s, took %d s%n",
                    SECONDS,
                    PER_SECOND,
                    accepted,
                    refused,
                    memory.stream().mapToLong(Long::longValue).max().orElseThrow(),
                    drained.toMillis(),
                    before.toMillis(),
                    after.toMillis(),
                    verdict.outcomes(),
                    (System.nanoTime() - begun) / 1_000_000_000);
            assertThat(verdict.violations()).isEmpty();
            assertThat(verdict.effects().get("payment.charge")).isPositive();
            assertThat(refused).as("answers of 503").isPositive();
            assertThat(accepted).isGreaterThan(BACKLOG);
            assertThat(memory).allSatisfy(used -> assertThat(used).isLessThan(MOST_MEMORY_MIB));
            assertThat(after.toMillis())
                    .as("POST p99 once the backlog is worked off")
                    .isLessThan((long) (Math.max(500, 2 * before.toMillis()) * Poll.stretch()));
        }
    }

    private static long resident(Instance instance) {
        return InstanceGauges.of(instance).residentMiB();
    }

    private static long open(FaultWorld world) {
        return (Long) Objects.requireNonNull(world.database()
                .rows("SELECT count(*) AS open FROM registrations WHERE finished_at IS NULL AND '' = ?", "")
                .get(0)
                .get("open"));
    }

    /** The p99 of POST under little load, in which every request is accepted. */
    private static Duration calm(FaultWorld world, String prefix) {
        try (FaultLoad load = new FaultLoad(world, prefix, new Random(2))) {
            load.start(CALM_PER_SECOND);
            Poll.pass(Duration.ofSeconds(20));
            load.stop();
            load.awaitAccepted();
            assertThat(load.refused()).as("refused in the calm").isZero();
            List<Duration> took = new ArrayList<>();
            for (Sent sent : load.accepted()) {
                took.add(Objects.requireNonNull(sent.answerTook));
            }
            // The first requests of a cold process say nothing.
            return FaultReport.percentile(took.subList(took.size() / 4, took.size()), 0.99);
        }
    }
}
