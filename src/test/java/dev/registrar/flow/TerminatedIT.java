package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A registration's workflow that is terminated in Temporal, bypassing the service, after its user was charged. */
@Tag("cluster")
final class TerminatedIT {

    @RegisterExtension
    static final RequiredTool TOOL = TemporalServer.chosenTool();

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = SharedRegistrar.onCluster();

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void terminatedRegistrationBecomesUndoWorkAndAReplayEndsItCancelled() {
        endsByReplay("terminated-1", id -> REGISTRAR.temporal().probe().terminate(id), "CANCELLED");
    }

    @Test
    void timedOutRegistrationBecomesUndoWorkAndAReplayEndsItFailed() {
        endsByReplay("timed-out-1", id -> REGISTRAR.temporal().probe().timeOut(id), "FAILED");
    }

    @Test
    void nativeCancellationUndoesWhatWasDone() {
        String user = "native-cancel-1";
        String id = HeldRegistrations.of(REGISTRAR.service(), user);

        REGISTRAR.temporal().probe().cancel(id);

        Answer end = REGISTRAR.client().awaitSettled(id, LIMIT);
        assertThat(end.text("status")).as("%s", end).isEqualTo("CANCELLED");
        assertUndoneOnce(user);
    }

    private static void endsByReplay(String user, Consumer<String> end, String intendedEnd) {
        String id = HeldRegistrations.of(REGISTRAR.service(), user);
        end.accept(id);
        long ended = System.nanoTime();

        Answer left = REGISTRAR.client().awaitSettled(id, LIMIT);
        System.out.printf("%s: undo work after %d ms%n", user, (System.nanoTime() - ended) / 1_000_000);
        assertThat(left.text("status")).as("%s", left).isEqualTo("NEEDS_ATTENTION");
        assertThat(left.json().path("compensations"))
                .extracting(row ->
                        row.path("action").asText() + " " + row.path("state").asText())
                .containsExactly("refund OPEN", "delete_account PLANNED", "delete_profile PLANNED");
        assertThat(REGISTRAR.database().intendedEnd(user)).isEqualTo(intendedEnd);
        assertThat(REGISTRAR.sandbox().net(user)).as("still charged").isEqualByComparingTo(RegistrationClient.AMOUNT);
        OperatorClient operator = REGISTRAR.service().operator();
        JsonNode plan = operator.ask(
                "compensation-replay",
                "registration",
                id,
                "dryRun",
                "false",
                "actor",
                "ada",
                "reason",
                "ended from outside");

        JsonNode batch = operator.awaitBatch(plan.path("batchId").asText(), LIMIT);

        assertThat(batch.path("items"))
                .as("%s", batch)
                .extracting(item -> item.path("result").asText())
                .isNotEmpty()
                .containsOnly("VERIFIED");
        Answer after = REGISTRAR.client().awaitSettled(id, LIMIT);
        assertThat(after.text("status")).as("%s", after).isEqualTo(intendedEnd);
        assertUndoneOnce(user);
    }

    private static void assertUndoneOnce(String user) {
        SandboxProbe sandbox = REGISTRAR.sandbox();
        assertThat(sandbox.effects("payment.charge", user)).isEqualTo(Map.of(user, 1L));
        assertThat(sandbox.effects("payment.refund", user)).isEqualTo(Map.of(user, 1L));
        assertThat(sandbox.net(user)).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(sandbox.hasProfile(user)).isFalse();
        assertThat(REGISTRAR.database().accounts(user)).isZero();
    }
}
