package dev.registrar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.faults.FaultReport.Result;
import dev.registrar.faults.FaultRun.Planned;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every case of the matrix and many random schedules, in pieces: each run goes on where the report, {@code
 * target/faults/report.md}, ends, and stops after {@code -Dfaults.minutes} (8). {@code -Dfaults.schedules=N} is how many
 * random schedules there are in all, {@code -Dfaults.seed=N} the first of their seeds and that of the cases, {@code
 * -Dfaults.together=N} (4) how many cases share a load.
 */
@Tag("faults-long")
@InFaultWorld
final class FaultsLongIT {

    private static final Path REPORT = Path.of("target", "faults", "report.md");

    /** Little enough for two cores to catch up soon after a fault. */
    private static final int PER_SECOND = 4;

    private static final int TOGETHER = Integer.getInteger("faults.together", 4);

    @Test
    void invariantsHoldInEveryCase(@TempDir Path directory) {
        Duration limit = Duration.ofMinutes(Integer.getInteger("faults.minutes", 8));
        FaultReport report = new FaultReport(REPORT);
        List<Planned> left = left(report);
        long end = System.nanoTime() + limit.toNanos();

        List<Result> wrong = new ArrayList<>();
        int ran = 0;
        try (FaultWorld world = new FaultWorld(directory)) {
            FaultRun run = new FaultRun(world, report, PER_SECOND);
            while (ran < left.size() && System.nanoTime() < end) {
                List<Planned> next = left.subList(ran, Math.min(ran + TOGETHER, left.size()));
                String name = FaultReport.together(next.stream().map(FaultsLongIT::key));
                System.out.println("Now: " + name);
                Result result = run.run(name, next.get(0).seed(), next);
                ran += next.size();
                if (!result.violations().isEmpty()) {
                    wrong.add(result);
                }
            }
        }

        report.left(left.size() - ran);
        System.out.printf("MEASURED long profile: %d cases left; so far %s%n", left.size() - ran, report.totals());
        assertThat(ran).as("cases").isPositive();
        assertThat(wrong).isEmpty();
    }

    private static List<Planned> left(FaultReport report) {
        long first = Long.getLong("faults.seed", 1);
        List<Planned> all = new ArrayList<>();
        FaultMatrix.all().forEach(cell -> all.add(new Planned(cell, first)));
        Schedules.ONCE_FAILED.forEach(seed -> all.add(new Planned(Schedules.random(), seed)));
        LongStream.range(first, first + Integer.getInteger("faults.schedules", 60))
                .forEach(seed -> all.add(new Planned(Schedules.random(), seed)));
        // Each piece is a mixture, so that the first ones already show something about everything.
        Collections.shuffle(all, new Random(first));
        Set<String> passed = report.passed();
        all.removeIf(planned -> passed.contains(key(planned)));
        return all;
    }

    private static String key(Planned planned) {
        return FaultReport.key(planned.cell().name(), planned.seed());
    }
}
