package dev.registrar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.faults.FaultReport.Result;
import dev.registrar.faults.FaultRun.Planned;
import dev.registrar.faults.Invariants.Violation;
import dev.registrar.flow.Poll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * One case per row of the matrix, drawn from a seed, those that are about the same in one run, and one random schedule;
 * the invariants hold after each run. {@code
 * -Dfaults.seed=N} draws others or repeats them, {@code -Dfaults.case=TEXT} runs the cases whose name has this text
 * instead, each alone.
 */
@Tag("faults-short")
@InFaultWorld
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultsIT {

    /** Little enough for two cores to catch up while the next fault is on. */
    private static final int PER_SECOND = 4;

    private static final long SEED = Long.getLong("faults.seed", 1);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    /** Kept for a rerun of this class: a violation is no flake, whatever the second time brings. */
    private static final Set<String> VIOLATIONS = ConcurrentHashMap.newKeySet();

    private @Nullable FaultWorld world;
    private @Nullable FaultRun run;

    @BeforeAll
    void start(@TempDir Path directory) {
        world = new FaultWorld(directory);
        run = new FaultRun(world, new FaultReport(Path.of("target", "faults", "short.md")), PER_SECOND);
    }

    @AfterAll
    void end() {
        if (world != null) {
            world.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> invariantsHold() {
        Map<String, List<Cell>> runs = new LinkedHashMap<>();
        String text = System.getProperty("faults.case", "");
        if (text.isEmpty()) {
            runs.putAll(FaultMatrix.shortOnes(SEED));
        }
        Stream.concat(FaultMatrix.all().stream(), Stream.of(Schedules.random()))
                .filter(cell -> text.isEmpty()
                        ? cell.name().equals(Schedules.NAME)
                        : cell.name().contains(text))
                .forEach(cell -> runs.put(cell.name(), List.of(cell)));
        return Stream.concat(
                runs.entrySet().stream()
                        .map(run ->
                                DynamicTest.dynamicTest(run.getKey(), () -> assertHolds(run.getKey(), run.getValue()))),
                text.isEmpty()
                        ? Stream.of(DynamicTest.dynamicTest("all together", this::assertTogether))
                        : Stream.empty());
    }

    private void assertHolds(String name, List<Cell> cells) {
        List<Violation> violations = run().run(
                        name,
                        SEED,
                        cells.stream().map(cell -> new Planned(cell, SEED)).toList())
                .violations();
        violations.forEach(violation -> VIOLATIONS.add(name + " #" + SEED + ": " + violation));
        assertThat(violations).as("%s #%d", name, SEED).isEmpty();
    }

    private FaultRun run() {
        return Objects.requireNonNull(run, "not started");
    }

    private void assertTogether() {
        List<Result> results = run().results();
        long charges = results.stream()
                .mapToLong(result -> result.effects().getOrDefault("payment.charge", 0L))
                .sum();
        List<Duration> recoveries =
                results.stream().flatMap(result -> result.recoveries().stream()).toList();
        System.out.printf(
                "MEASURED short profile: %d runs, %d registrations, %d charges, %d refunds, %d kills, recovery p99 %s of %d%n",
                results.size(),
                results.stream().mapToLong(Result::registrations).sum(),
                charges,
                results.stream()
                        .mapToLong(result -> result.effects().getOrDefault("payment.refund", 0L))
                        .sum(),
                results.stream().mapToInt(Result::kills).sum(),
                recoveries.isEmpty() ? "-" : FaultReport.percentile(recoveries, 0.99),
                recoveries.size());
        assertThat(VIOLATIONS).isEmpty();
        assertThat(charges).as("charges").isPositive();
        assertThat(recoveries)
                .as("registrations that were open when a fault ended")
                .isNotEmpty();
        assertThat(FaultReport.percentile(recoveries, 0.99).toMillis())
                .as("recovery p99")
                .isLessThanOrEqualTo((long) (RECOVERY.toMillis() * Poll.stretch()));
        assertThat(new LeakScan(Objects.requireNonNull(world)).inTemporal()).isEmpty();
    }

    /** Somebody acts at the providers and in the tables behind the service's back. */
    @Test
    void invariantsFindWhatIsWrong() {
        FaultWorld here = Objects.requireNonNull(world);
        try (FaultLoad load = new FaultLoad(here, "control-", new Random(1))) {
            List<Sent> sent =
                    Stream.generate(() -> load.send("pm_card_ok")).limit(5).toList();
            Poll.until(
                    "all have ended",
                    LIMIT,
                    () -> here.database().statuses("control-").equals(Map.of("COMPLETED", 5L)));
            Invariants invariants = new Invariants(here, "control-", sent, 0, List.of());
            assertThat(invariants.now()).isEmpty();

            here.sandbox().refundBehindItsBack(sent.get(0).user);
            here.sandbox().deleteProfile(sent.get(1).user);
            here.database().execute("DELETE FROM accounts WHERE user_id = '" + sent.get(2).user + "'");
            here.database()
                    .execute("UPDATE registrations SET status = 'NEEDS_ATTENTION' WHERE user_id = '" + sent.get(3).user
                            + "'");
            sent.get(4).ids.add("00000000-0000-0000-0000-000000000000");

            assertThat(invariants.now())
                    .extracting(violation -> violation.invariant() + " " + violation.registration())
                    .contains(
                            "I2 " + idOf(here, sent.get(0)),
                            "I3 " + idOf(here, sent.get(1)),
                            "I4 " + idOf(here, sent.get(2)),
                            "I2 " + idOf(here, sent.get(3)),
                            "I1 00000000-0000-0000-0000-000000000000",
                            "I5 " + sent.get(4).user,
                            "I8 all");
        }
        here.database().execute("UPDATE registrations SET status = 'COMPLETED' WHERE starts_with(user_id, 'control-')");
    }

    private static String idOf(FaultWorld world, Sent sent) {
        return RegistrationRow.of(world.database(), sent.user).get(0).id();
    }

    @Test
    void leakScanFindsWhatItLooksFor() {
        for (String canary : FaultLoad.CANARIES) {
            List<Violation> found = new ArrayList<>();
            LeakScan.scan("here", "before " + canary + " after", found);
            assertThat(found).hasSize(1);
        }
    }
}
