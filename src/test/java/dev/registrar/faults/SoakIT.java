package dev.registrar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.faults.FaultReport.Result;
import dev.registrar.faults.InstanceGauges.Used;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Load with small faults of providers and network, which kill no process, for {@code -Dsoak.minutes} (8): heap and
 * threads of both instances stay where they are. Appends to {@code target/faults/soak.md}; every run draws other faults.
 */
@Tag("faults-load")
@InFaultWorld
final class SoakIT {

    private static final Path REPORT = Path.of("target", "faults", "soak.md");
    private static final Duration LENGTH = Duration.ofMinutes(Integer.getInteger("soak.minutes", 8));
    private static final int PER_SECOND = 6;

    /** Used heap goes up and down between collections: its lows are compared, with this much for chance. */
    private static final long HEAP_SLACK_MIB = 48;

    private static final long THREADS_SLACK = 20;

    @Test
    void heapAndThreadsStayFlatUnderLoadAndSmallFaults(@TempDir Path directory) {
        long seed = System.nanoTime() % 1_000_000;
        List<List<Used>> used = List.of(new ArrayList<>(), new ArrayList<>());
        List<Result> wrong = new ArrayList<>();
        long registrations = 0;
        try (FaultWorld world = new FaultWorld(directory)) {
            FaultRun run = new FaultRun(world, new FaultReport(REPORT), PER_SECOND);
            long end = System.nanoTime() + LENGTH.toNanos();
            while (System.nanoTime() < end) {
                Result result = run.run(soaking(), seed++);
                registrations += result.registrations();
                if (!result.violations().isEmpty()) {
                    wrong.add(result);
                }
                world.instances()
                        .forEach(instance -> used.get(instance.number()).add(InstanceGauges.of(instance)));
            }
        }

        for (List<Used> each : used) {
            String line = "heap %s MiB, threads %s, memory %s MiB"
                    .formatted(lows(each, Used::heapMiB), lows(each, Used::threads), lows(each, Used::residentMiB));
            System.out.printf("MEASURED soak of %s, %d registrations: %s%n", LENGTH, registrations, line);
            append("\nlowest in the second and the last quarter after " + LENGTH + ": " + line + "\n");
        }
        assertThat(wrong).isEmpty();
        assertThat(registrations).isPositive();
        for (List<Used> each : used) {
            assertThat(each).hasSizeGreaterThan(8);
            assertFlat(each, Used::heapMiB, HEAP_SLACK_MIB);
            assertFlat(each, Used::threads, THREADS_SLACK);
        }
    }

    private static Cell soaking() {
        return new Cell("soak", "soak", 0.2, false, scene -> {
            scene.pass(2_000);
            Fault fault = scene.random.nextBoolean()
                    ? scene.faults.provider(
                            scene.faults.one(List.of("profile", "payment", "email", "sms")),
                            scene.faults.one(Faults.PROVIDER_FAULTS) + ", \"probability\": 0.2")
                    : scene.faults.network(
                            scene.faults.one(List.of(Faults.Network.values())),
                            scene.random.nextInt(2),
                            scene.random.nextInt(3));
            scene.during(1_500, fault);
            scene.pass(10_000);
        });
    }

    /** The lowest value in the second and in the last quarter. */
    private static List<Long> lows(List<Used> used, ToLongFunction<Used> value) {
        int quarter = used.size() / 4;
        return List.of(
                used.subList(quarter, 2 * quarter).stream()
                        .mapToLong(value)
                        .min()
                        .orElse(0),
                used.subList(3 * quarter, used.size()).stream()
                        .mapToLong(value)
                        .min()
                        .orElse(0));
    }

    private static void assertFlat(List<Used> used, ToLongFunction<Used> value, long slack) {
        List<Long> lows = lows(used, value);
        assertThat(lows.get(1)).isLessThanOrEqualTo(lows.get(0) + slack);
    }

    private static void append(String text) {
        try {
            Files.writeString(REPORT, text, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
