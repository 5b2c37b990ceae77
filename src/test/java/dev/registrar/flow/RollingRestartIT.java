package dev.registrar.flow;

import static io.temporal.api.enums.v1.EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED;
import static io.temporal.api.enums.v1.EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT;
import static io.temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.api.enums.v1.EventType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two instances that are restarted one after the other while clients register users. */
@Tag("cluster")
final class RollingRestartIT {

    @RegisterExtension
    static final RequiredTool SERVER = RequiredTool.TEMPORAL_SERVER;

    @RegisterExtension
    static final RequiredTool TABLES = RequiredTool.TEMPORAL_SQL_TOOL;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(45);
    private static final Duration BETWEEN = Duration.ofSeconds(3);
    private static final int PER_SECOND = 8;

    /** Charges take a while, so that some are always in work, and some of them have to be tried again as activities. */
    private static final String FAULTS = """
            [{"service":"payment","operation":"charge","kind":"status","status":500,"probability":0.1},
             {"service":"payment","operation":"charge","kind":"latency","millis":400}]""";

    @TempDir
    Path directory;

    @Test
    void noRequestFailsAndNothingIsLostWhenEachInstanceIsRestartedUnderLoad() throws Exception {
        try (TemporalProductionServer temporal = new TemporalProductionServer(directory);
                RegistrarProcess first = instance("first", temporal).withSandboxOutside();
                RegistrarProcess second = instance("second", temporal).withSandboxOf(first)) {
            temporal.start();
            first.start();
            second.start();
            first.sandbox().faults(FAULTS);
            try (BalancedLoad load = new BalancedLoad(List.of(first, second), "rolling-").start(PER_SECOND)) {
                pass(BETWEEN);
                restart(first);
                pass(BETWEEN);
                restart(second);
                pass(BETWEEN);
                load.end();

                assertThat(load.failures()).as("failed requests").isEmpty();
                Map<String, String> accepted = load.accepted();
                DatabaseProbe rows = new DatabaseProbe(temporal.postgres().directory());
                Poll.until(
                        "all have ended",
                        LIMIT,
                        () -> rows.statuses("rolling-").equals(Map.of("COMPLETED", (long) accepted.size())),
                        () -> rows.statuses("rolling-").toString());
                for (String operation : List.of("profile.create", "payment.charge")) {
                    assertThat(first.sandbox().effects(operation, "rolling-"))
                            .as(operation)
                            .isEqualTo(HeldRegistrations.oneEach(List.copyOf(accepted.keySet())));
                }
                System.out.printf(
                        "MEASURED rolling restart: %d registrations, slowest answer %d ms, activities completed %d,"
                                + " workflow tasks timed out %d%n",
                        accepted.size(),
                        load.took().get(load.took().size() - 1).toMillis(),
                        events(temporal, accepted, EVENT_TYPE_ACTIVITY_TASK_COMPLETED),
                        events(temporal, accepted, EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT));
                assertThat(events(temporal, accepted, EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT))
                        .as("activities that timed out")
                        .isZero();
            }
        }
    }

    private static long events(TemporalServer temporal, Map<String, String> registrations, EventType type) {
        TemporalProbe probe = temporal.probe();
        return registrations.values().stream()
                .mapToLong(id -> probe.events(id, type))
                .sum();
    }

    private static void restart(RegistrarProcess instance) {
        long begun = System.nanoTime();
        int code = instance.terminate();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.printf("MEASURED exit with %d after %d ms%n", code, took.toMillis());

        // 128 + SIGTERM: ended by the signal, not by an error.
        assertThat(code).isIn(0, 143);
        assertThat(took).isLessThan(EXIT_LIMIT);
        instance.start();
        Poll.until("it is ready", LIMIT, () -> instance.operator().ready().status() == 200);
    }

    private RegistrarProcess instance(String name, TemporalProductionServer temporal) throws Exception {
        return new RegistrarProcess(Files.createDirectories(directory.resolve(name)))
                .withDatabase(
                        temporal.postgres().migratedDatabase(),
                        temporal.postgres().user(),
                        temporal.postgres().password())
                .withTemporal(temporal.port())
                .withDrain("2 s");
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Poll.until("time has passed", time.multipliedBy(2), () -> System.nanoTime() >= end);
    }
}
