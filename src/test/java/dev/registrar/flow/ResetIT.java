package dev.registrar.flow;

import static io.temporal.api.enums.v1.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.SandboxProbe.Entry;
import dev.registrar.flow.WebClient.Answer;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A registration's workflow that is reset in Temporal to before its first step. */
@Tag("cluster")
final class ResetIT {

    @RegisterExtension
    static final RequiredTool TOOL = TemporalServer.chosenTool();

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = SharedRegistrar.onCluster();

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Forward calls; undos and lookups may be repeated. */
    private static final List<String> FORWARD = List.of("profile.create", "payment.charge", "email.send", "sms.send");

    @TempDir
    Path directory;

    @Test
    void resetOfAnUndoneRegistrationSendsNothingForward() {
        String user = "reset-cancelled-1";
        String id = HeldRegistrations.of(REGISTRAR.service(), user);
        REGISTRAR.client().cancel(id);
        assertThat(REGISTRAR.client().awaitSettled(id, LIMIT).text("status")).isEqualTo("CANCELLED");

        staysUndone(user, id, "CANCELLED");
    }

    @Test
    void resetOfADeclinedRegistrationSendsNothingForward() {
        String user = "reset-declined-1";
        Answer accepted = REGISTRAR.client().post(RegistrationClient.body(user, "pm_card_declined"));
        String id = accepted.text("id");
        assertThat(REGISTRAR.client().awaitSettled(id, LIMIT).text("status")).isEqualTo("FAILED");

        staysUndone(user, id, "FAILED");
    }

    private static void staysUndone(String user, String id, String status) {
        awaitWorkflowEnd(id);
        List<Entry> before = forward(user, id);

        resetAndAwaitEnd(id);

        assertThat(forward(user, id)).as("requests that go forward").isEqualTo(before);
        assertThat(REGISTRAR.client().find(id).text("status")).isEqualTo(status);
        assertThat(REGISTRAR.sandbox().net(user)).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(REGISTRAR.sandbox().hasProfile(user)).isFalse();
        assertThat(REGISTRAR.database().accounts(user)).isZero();
    }

    @Test
    void resetOfARunningRegistrationCompletesItWithTheSameKeys() {
        String user = "reset-running-1";
        String id = HeldRegistrations.of(REGISTRAR.service(), user);

        resetAndAwaitEnd(id);

        assertCompletedOnce(REGISTRAR.service(), user, id);
    }

    @Test
    void resetOfACompletedRegistrationDoesNothingTwice() {
        String user = "reset-completed-1";
        String id = REGISTRAR.client().register(user);
        assertThat(REGISTRAR.client().awaitSettled(id, LIMIT).text("status")).isEqualTo("COMPLETED");
        awaitWorkflowEnd(id);
        Answer before = REGISTRAR.client().find(id);

        resetAndAwaitEnd(id);

        assertCompletedOnce(REGISTRAR.service(), user, id);
        assertThat(REGISTRAR.client().find(id).text("finishedAt")).isEqualTo(before.text("finishedAt"));
    }

    @Test
    void resetOfARunningRegistrationWithDurableStepsCompletesItWithTheSameKeys() {
        String user = "reset-durable-1";
        try (RegistrarProcess service = new RegistrarProcess(directory)
                .withUnpackedBinaries()
                .withTemporal(REGISTRAR.temporal().port())
                .withTaskQueue("durable")
                .withDurableSteps()
                .start()) {
            String id = HeldRegistrations.of(service, user);

            resetAndAwaitEnd(id);

            assertCompletedOnce(service, user, id);
        }
    }

    private static void resetAndAwaitEnd(String id) {
        TemporalProbe temporal = REGISTRAR.temporal().probe();
        String reset = temporal.resetToStart(id);
        assertThat(temporal.runId(id)).isEqualTo(reset);
        awaitWorkflowEnd(id);
        assertThat(temporal.runId(id)).as("nobody started another").isEqualTo(reset);
    }

    private static void awaitWorkflowEnd(String id) {
        TemporalProbe temporal = REGISTRAR.temporal().probe();
        Poll.until(
                "the workflow has ended by itself",
                LIMIT,
                () -> temporal.status(id) == WORKFLOW_EXECUTION_STATUS_COMPLETED,
                () -> temporal.status(id).name());
    }

    private static void assertCompletedOnce(RegistrarProcess service, String user, String id) {
        Answer end = service.client().awaitSettled(id, LIMIT);
        assertThat(end.text("status")).as("%s", end).isEqualTo("COMPLETED");
        SandboxProbe sandbox = service.sandbox();
        assertThat(sandbox.effects("profile.create", user)).isEqualTo(Map.of(user, 1L));
        assertThat(sandbox.effects("payment.charge", user)).isEqualTo(Map.of(user, 1L));
        assertThat(sandbox.effects("payment.refund", user)).isEmpty();
        assertThat(sandbox.hasProfile(user)).isTrue();
        assertThat(service.database().accounts(user)).isEqualTo(1);
        for (String message : List.of("email:" + id, "sms:" + id)) {
            assertThat(sandbox.ledger())
                    .filteredOn(entry -> entry.effect() && message.equals(entry.key()))
                    .as(message)
                    .hasSize(1);
        }
        assertThat(sandbox.ledger())
                .as("the charge was asked for again, under the same key")
                .filteredOn(entry -> entry.operation().equals("payment.charge") && user.equals(entry.userId()))
                .hasSizeGreaterThanOrEqualTo(2)
                .extracting(Entry::key)
                .containsOnly("charge:" + id);
    }

    private static List<Entry> forward(String user, String id) {
        return REGISTRAR.sandbox().ledger().stream()
                .filter(entry -> FORWARD.contains(entry.operation()))
                .filter(entry -> user.equals(entry.userId())
                        || (entry.key() != null && entry.key().endsWith(id)))
                .toList();
    }
}
