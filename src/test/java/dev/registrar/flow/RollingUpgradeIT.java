package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.WebClient.Answer;
import dev.registrar.upgrade.ReleasedJar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two instances of the released jar, under load on Temporal's production server: the schema of a version that does not exist yet is
 * applied, then each instance is replaced by this version's jar, and then by the released one again.
 */
@Tag("upgrade")
@Timeout(600)
final class RollingUpgradeIT {

    @RegisterExtension
    static final RequiredTool SERVER = RequiredTool.TEMPORAL_SERVER;

    @RegisterExtension
    static final RequiredTool TABLES = RequiredTool.TEMPORAL_SQL_TOOL;

    @RegisterExtension
    static final ReleasedJar RELEASED = ReleasedJar.newest();

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration BETWEEN = Duration.ofSeconds(4);
    private static final int PER_SECOND = 10;
    private static final int EVERY_WAITING = 5;
    private static final int FEWEST_PER_PHASE = 10;
    private static final String NEXT = "upgrade/next.yml";

    /** Charges take a while and some are retried; some e-mails wait 5 s, so that workflows move from one version to the other. */
    private static final String FAULTS = """
            [{"service":"payment","operation":"charge","kind":"status","status":500,"probability":0.1},
             {"service":"payment","operation":"charge","kind":"latency","millis":300},
             {"service":"email","kind":"status","status":503,"retryAfter":5,"probability":0.2}]""";

    private final List<String> phases = new ArrayList<>();
    private int counted;
    private int resent;

    @Test
    void upgradeOverAMigrationAndBackFailsAndLosesNothing(@TempDir Path directory) {
        Path released = RELEASED.file();
        Path current = Path.of(System.getProperty("registrar.jar")).toAbsolutePath();
        try (TwoInstances instances = new TwoInstances(directory, "2 s", released)) {
            instances.sandbox().faults(FAULTS);
            long begun = System.nanoTime();
            try (BalancedLoad load = new BalancedLoad(instances.both(), "upgrade-", EVERY_WAITING).start(PER_SECOND)) {
                phase("both released", load);
                compare(instances.first());
                instances.first().withJar(current).migrate();
                instances.postgres().migrate(NEXT);
                phase("both released, newer schema", load);
                replace(instances, current, load, "new");
                compare(instances.second());
                replace(instances, released, load, "released again");
                compare(instances.first());
                load.end();

                assertThat(load.failures()).as("failed requests").isEmpty();
                Map<String, String> accepted = load.accepted();
                assertCompletedOnce(instances, accepted.keySet());
                assertCommandsApplied(instances);
                assertNoTaskFailed(instances, accepted.values());
                System.out.printf(
                        "MEASURED rolling upgrade from %s and back: %d registrations in %d s, 0 failed, by phase %s%n",
                        RELEASED.release().number(),
                        accepted.size(),
                        Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
                        phases);
            }
            assertRefusalsAreCounted(instances);
        }
    }

    private void replace(TwoInstances instances, Path jar, BalancedLoad load, String name) {
        for (RegistrarProcess instance : instances.both()) {
            assertThat(instance.terminate()).isIn(0, 143);
            instance.withJar(jar).start();
            Poll.until("it is ready", LIMIT, () -> instance.operator().ready().status() == 200);
            phase(instance.directory().getFileName() + " " + name, load);
            resend(instance, load);
        }
    }

    /** A command that one version stores and the run of either applies. */
    private void resend(RegistrarProcess instance, BalancedLoad load) {
        String id = Objects.requireNonNull(load.accepted().get("upgrade-" + resent++));
        instance.operator().task("notification-resend", "id", id, "actor", "ann", "reason", "upgrade");
    }

    private void assertCommandsApplied(TwoInstances instances) {
        Poll.until(
                "all commands are applied",
                LIMIT,
                () -> instances.commands().equals(Map.of("resend applied", (long) resent)),
                () -> instances.commands() + " of " + resent);
    }

    /** Lets registrations arrive. */
    private void phase(String name, BalancedLoad load) {
        Poll.pass(BETWEEN);
        int now = load.accepted().size();
        assertThat(now - counted).as("accepted while %s", name).isGreaterThan(FEWEST_PER_PHASE);
        phases.add(name + ": " + (now - counted));
        counted = now;
    }

    /** A comparison reads and writes tables that registrations do not. */
    private static void compare(RegistrarProcess instance) {
        instance.operator().ask("reconcile", "dryRun", "true", "limit", "5");
    }

    private static void assertCompletedOnce(TwoInstances instances, Collection<String> users) {
        Poll.until(
                "all have ended",
                LIMIT,
                () -> instances.statuses("upgrade-").equals(Map.of("COMPLETED", (long) users.size())),
                () -> instances.statuses("upgrade-") + " of " + users.size());
        for (String operation : List.of("profile.create", "payment.charge")) {
            assertThat(instances.sandbox().effects(operation, "upgrade-"))
                    .as(operation)
                    .isEqualTo(HeldRegistrations.oneEach(List.copyOf(users)));
        }
        assertThat(instances.sandbox().effects("payment.refund", "upgrade-")).isEmpty();
    }

    private static void assertNoTaskFailed(TwoInstances instances, Collection<String> ids) {
        int moved = 0;
        for (String id : ids) {
            assertThat(instances.temporal().workflowTaskFailures(id)).as(id).isEmpty();
            moved += instances.temporal().workers(id).size() > 1 ? 1 : 0;
        }
        assertThat(moved).as("run by both instances").isPositive();
        System.out.println("MEASURED " + moved + " of " + ids.size() + " registrations were run by both instances");
    }

    /**
     * The same count finds a task that an instance refuses, a run with an input that it does not know, which does not keep it from
     * other work.
     */
    private static void assertRefusalsAreCounted(TwoInstances instances) {
        String id = UUID.randomUUID().toString();
        instances.temporal().start("RegistrationWorkflow", id, "registrations", Map.of("installments", 3));

        Poll.until(
                "the task is refused",
                LIMIT,
                () -> !instances.temporal().workflowTaskFailures(id).isEmpty());
        Answer beside =
                instances.first().client().post(RegistrationClient.body("beside-a-refusal"), "Prefer", "wait=30");
        assertThat(beside.text("status")).as("%s", beside).isEqualTo("COMPLETED");
        instances.temporal().terminate(id);
    }
}
