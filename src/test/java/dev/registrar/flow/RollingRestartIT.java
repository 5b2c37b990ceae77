package dev.registrar.flow;

import static io.temporal.api.enums.v1.EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED;
import static io.temporal.api.enums.v1.EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.WebClient.Answer;
import io.temporal.api.enums.v1.EventType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two instances, one of which shuts down, pauses or is restarted: the other does the work. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RollingRestartIT {

    @RegisterExtension
    static final RequiredTool SERVER = RequiredTool.TEMPORAL_SERVER;

    @RegisterExtension
    static final RequiredTool TABLES = RequiredTool.TEMPORAL_SQL_TOOL;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(45);
    private static final Duration BETWEEN = Duration.ofSeconds(3);
    private static final int PER_SECOND = 12;
    private static final int EVERY_WAITING = 5;

    /** Charges take a while, so that some are always in progress, and some of them are retried as activities. */
    private static final String FAULTS = """
            [{"service":"payment","operation":"charge","kind":"status","status":500,"probability":0.1},
             {"service":"payment","operation":"charge","kind":"latency","millis":400}]""";

    private @Nullable TwoInstances running;

    @BeforeAll
    void start(@TempDir Path directory) {
        running = new TwoInstances(directory, "2 s");
    }

    @AfterEach
    void clear() {
        instances().sandbox().noFaults();
    }

    @AfterAll
    void end() {
        if (running != null) {
            running.close();
        }
    }

    private TwoInstances instances() {
        return Objects.requireNonNull(running, "not started");
    }

    @Test
    void noRequestFailsAndNothingIsLostWhenEachInstanceIsRestartedUnderLoad() {
        instances().sandbox().faults(FAULTS);
        long begun = System.nanoTime();
        try (BalancedLoad load = new BalancedLoad(instances().both(), "rolling-", EVERY_WAITING).start(PER_SECOND)) {
            Poll.pass(BETWEEN);
            for (RegistrarProcess instance : instances().both()) {
                terminate(instance);
                instance.start();
                Poll.until(
                        "it is ready", LIMIT, () -> instance.operator().ready().status() == 200);
                Poll.pass(BETWEEN);
            }
            load.end();
            long ended = System.nanoTime();

            assertThat(load.failures()).as("failed requests").isEmpty();
            Map<String, String> accepted = load.accepted();
            assertCompletedOnce("rolling-", accepted.keySet());
            report(load, begun, ended);
            assertThat(events(accepted.values(), EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT))
                    .as("activities that timed out")
                    .isZero();
        }
    }

    private void report(BalancedLoad load, long begun, long ended) {
        System.out.printf(
                "MEASURED rolling restart: %d registrations in %d s, p99 %d ms, slowest answer %d ms,"
                        + " settled %d ms after the last, activities completed %d, workflow tasks timed out %s%n",
                load.accepted().size(),
                Duration.ofNanos(ended - begun).toSeconds(),
                load.percentile(0.99, begun, ended).toMillis(),
                load.percentile(1, begun, ended).toMillis(),
                Duration.ofNanos(System.nanoTime() - ended).toMillis(),
                events(load.accepted().values(), EVENT_TYPE_ACTIVITY_TASK_COMPLETED),
                load.accepted().values().stream()
                        .flatMap(id -> instances().temporal().workflowTaskTimeouts(id).stream())
                        .collect(Collectors.groupingBy(type -> type, Collectors.counting())));
    }

    @Test
    void registrationsThatWaitAreTakenOverWhenTheirInstanceEnds() {
        List<String> users = RegistrationClient.users("taken-over-", 5);
        List<String> ids = HeldRegistrations.of(instances().first(), users);
        assertThat(ids).allMatch(id -> instances().temporal().workers(id).equals(Set.of("first")));

        terminate(instances().first());
        try {
            assertCompletedOnce("taken-over-", users);
            assertThat(ids).allMatch(id -> instances().temporal().workers(id).contains("second"));
            assertThat(events(ids, EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT)).isZero();
        } finally {
            instances().first().start();
        }
    }

    @Test
    void otherInstanceWorksWhileOneIsPaused() {
        OperatorClient operator = instances().first().operator();
        assertThat(operator.change("worker", "action", "pause").toString()).contains("PAUSED");
        try {
            // Each open poll can still return a task until it times out.
            int[] batch = {0};
            Poll.until(
                    "its polls have come back",
                    LIMIT.multipliedBy(2),
                    () -> whoWorksFor("last-polls-" + batch[0]++ + "-").equals(Set.of("second")));

            assertThat(whoWorksFor("paused-")).containsExactly("second");
        } finally {
            operator.change("worker", "action", "resume");
        }

        Answer after = instances().first().client().post(RegistrationClient.body("resumed-1"), "Prefer", "wait=30");
        assertThat(after.text("status")).as("%s", after).isEqualTo("COMPLETED");
        assertThat(instances().temporal().workers(after.text("id"))).containsExactly("first");
    }

    /** Registers users at the first instance and returns which workers took their workflow tasks. */
    private Set<String> whoWorksFor(String prefix) {
        List<String> users = RegistrationClient.users(prefix, 10);
        List<String> ids =
                users.stream().map(instances().first().client()::register).toList();
        assertCompletedOnce(prefix, users);
        return ids.stream()
                .flatMap(id -> instances().temporal().workers(id).stream())
                .collect(Collectors.toSet());
    }

    private void assertCompletedOnce(String prefix, Collection<String> users) {
        Poll.until(
                "all have ended",
                LIMIT,
                () -> instances().statuses(prefix).equals(Map.of("COMPLETED", (long) users.size())),
                () -> instances().statuses(prefix) + " of " + users.size());
        for (String operation : List.of("profile.create", "payment.charge")) {
            assertThat(instances().sandbox().effects(operation, prefix))
                    .as(operation)
                    .isEqualTo(HeldRegistrations.oneEach(List.copyOf(users)));
        }
        assertThat(instances().sandbox().effects("payment.refund", prefix)).isEmpty();
    }

    private long events(Collection<String> registrations, EventType type) {
        TemporalProbe temporal = instances().temporal();
        return registrations.stream().mapToLong(id -> temporal.events(id, type)).sum();
    }

    private static void terminate(RegistrarProcess instance) {
        long begun = System.nanoTime();
        int code = instance.terminate();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        System.out.printf("MEASURED exit with %d after %d ms%n", code, took.toMillis());

        // 128 + SIGTERM: ended by the signal, not by an error.
        assertThat(code).isIn(0, 143);
        assertThat(took).isLessThan(EXIT_LIMIT);
    }
}
