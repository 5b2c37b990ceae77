package dev.registrar.interleaving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.TestDatabase;
import dev.registrar.interleaving.PlantedBugs.Bug;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Commands, faults, lost runs and dispatcher rounds in random order, on the real workflows and tables; the money
 * invariants hold after each schedule. {@code -Dinterleavings=2000} draws more schedules, {@code -Dinterleaving.seed=N}
 * repeats one, {@code -Dinterleaving.bug=NAME} plants one bug only.
 */
@Tag("interleavings")
final class InterleavingIT {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    /** More than enough to find each planted bug. */
    private static final int PLANTED = 400;

    @Test
    @Timeout(value = 9, unit = TimeUnit.MINUTES)
    void everyScheduleEndsRight() throws InterruptedException {
        int schedules = Integer.getInteger("interleavings", 60);
        long first = Long.getLong("interleaving.seed", 1);

        List<String> wrong = new ArrayList<>();
        int run = 0;
        long start = System.nanoTime();
        try (Interleaving world = new Interleaving(DATABASE.jdbi(), Bug.NONE)) {
            for (long seed = first; seed < first + schedules && wrong.isEmpty(); seed++) {
                wrong.addAll(new Schedule(world, seed).run());
                run++;
            }
        }

        System.out.printf(
                "MEASURED interleavings: %d schedules from seed %d in %d s, %d violations%n",
                run, first, (System.nanoTime() - start) / 1_000_000_000, wrong.size());
        assertThat(wrong).isEmpty();
        assertThat(run).isPositive().isEqualTo(schedules);
    }

    static Stream<Bug> bugs() {
        String one = System.getProperty("interleaving.bug", "");
        return Stream.of(Bug.values())
                .filter(bug -> bug != Bug.NONE && bug.name().contains(one));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void plantedBugIsFound(Bug bug) throws InterruptedException {
        List<String> wrong = List.of();
        long start = System.nanoTime();
        long seed = 0;
        try (Interleaving world = new Interleaving(DATABASE.jdbi(), bug)) {
            while (seed < PLANTED && wrong.isEmpty()) {
                seed++;
                wrong = new Schedule(world, seed).run();
            }
        }
        System.out.printf(
                "MEASURED planted bug %s: found by schedule %d after %d s: %s%n",
                bug, seed, (System.nanoTime() - start) / 1_000_000_000, wrong.isEmpty() ? "not found" : wrong.get(0));

        assertThat(wrong).as("what the schedules found").isNotEmpty();
    }
}
