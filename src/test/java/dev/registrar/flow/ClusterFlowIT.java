package dev.registrar.flow;

import static io.temporal.api.enums.v1.EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED;
import static io.temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED;
import static io.temporal.api.enums.v1.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The main flows on a real Temporal server, and the death of that server. */
@Tag("cluster")
final class ClusterFlowIT {

    @RegisterExtension
    static final RequiredTool TOOL = TemporalServer.chosenTool();

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = SharedRegistrar.onCluster();

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration OUTAGE = Duration.ofSeconds(10);
    private static final int COUNT = 10;

    @Test
    void healthyRegistrationCompletesInOneWorkflowTask() {
        Answer end = REGISTRAR.client().post(RegistrationClient.body("healthy-1"), "Prefer", "wait=30");

        assertThat(end.status()).as("%s", end).isEqualTo(200);
        assertThat(end.text("status")).isEqualTo("COMPLETED");
        assertThat(end.json().path("errors")).isEmpty();
        assertThat(REGISTRAR.sandbox().effects("payment.charge", "healthy-")).isEqualTo(Map.of("healthy-1", 1L));
        TemporalProbe temporal = REGISTRAR.temporal().probe();
        String id = end.text("id");
        Poll.until("the workflow has ended", LIMIT, () -> temporal.status(id) == WORKFLOW_EXECUTION_STATUS_COMPLETED);
        assertThat(temporal.events(id, EVENT_TYPE_WORKFLOW_TASK_STARTED)).isEqualTo(1);
        assertThat(temporal.events(id, EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)).isZero();
    }

    @Test
    void declinedRegistrationFailsAndLeavesNothing() {
        Answer end =
                REGISTRAR.client().post(RegistrationClient.body("declined-1", "pm_card_declined"), "Prefer", "wait=30");

        assertThat(end.text("status")).as("%s", end).isEqualTo("FAILED");
        assertThat(REGISTRAR.sandbox().hasProfile("declined-1")).isFalse();
        assertThat(REGISTRAR.sandbox().net("declined-1")).isEqualByComparingTo(BigDecimal.ZERO);
    }

    @Test
    void registrationsAreListedAsTheyEnded() {
        REGISTRAR.client().post(RegistrationClient.body("listed-1"), "Prefer", "wait=30");
        REGISTRAR.client().post(RegistrationClient.body("listed-2", "pm_card_declined"), "Prefer", "wait=30");

        assertThat(REGISTRAR.client().list("userId=listed-1&status=COMPLETED").path("items"))
                .hasSize(1);
        assertThat(REGISTRAR.client().list("userId=listed-2&status=FAILED").path("items"))
                .hasSize(1);
        assertThat(REGISTRAR.client().list("userId=listed-2&status=COMPLETED").path("items"))
                .isEmpty();
    }

    @Test
    void cancelledRegistrationIsUndone() {
        String id = HeldRegistrations.of(REGISTRAR.service(), "cancelled-1");

        assertThat(REGISTRAR.client().cancel(id).status()).isEqualTo(202);

        Answer end = REGISTRAR.client().awaitSettled(id, LIMIT);
        assertThat(end.text("status")).as("%s", end).isEqualTo("CANCELLED");
        assertThat(REGISTRAR.sandbox().net("cancelled-1")).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(REGISTRAR.sandbox().hasProfile("cancelled-1")).isFalse();
    }

    @Test
    void registrationsWaitForAnOpenBreaker() {
        List<String> users = RegistrationClient.users("breaker-", 2 * COUNT);
        REGISTRAR.sandbox().faults("""
                [{"service":"payment","operation":"charge","kind":"status","status":500}]""");
        List<String> ids = REGISTRAR.client().registerAtOnce(users);
        Poll.until(
                "a registration waits for the breaker",
                LIMIT,
                () -> ids.stream()
                        .map(id -> REGISTRAR.client().find(id).json().path("waitingOn"))
                        .anyMatch(waiting -> waiting.path("reason").asText().equals("breaker_open")));

        REGISTRAR.sandbox().noFaults();

        assertCompletedOnce(users, ids);
    }

    @Test
    void batchOfReplaysEndsWhatTheSagasLeftBehind() {
        List<String> users = RegistrationClient.users("batch-", COUNT / 2);
        List<String> ids = HeldRegistrations.of(REGISTRAR.service(), users);
        REGISTRAR.sandbox().faults("""
                [{"service":"payment","operation":"refund","kind":"status","status":400}]""");
        ids.forEach(REGISTRAR.client()::cancel);
        for (String id : ids) {
            Answer left = REGISTRAR.client().awaitSettled(id, LIMIT);
            assertThat(left.text("status")).as("%s", left).isEqualTo("NEEDS_ATTENTION");
        }
        REGISTRAR.sandbox().noFaults();
        OperatorClient operator = REGISTRAR.service().operator();

        JsonNode plan = operator.ask(
                "compensation-replay",
                "action",
                "refund",
                "dryRun",
                "false",
                "rate",
                "50",
                "actor",
                "ada",
                "reason",
                "the gateway refunds again");
        JsonNode batch = operator.awaitBatch(plan.path("batchId").asText(), LIMIT);

        assertThat(batch.path("items"))
                .as("%s", batch)
                .hasSize(users.size())
                .allMatch(item -> item.path("result").asText().equals("VERIFIED"));
        for (String id : ids) {
            Answer end = REGISTRAR.client().awaitSettled(id, LIMIT);
            assertThat(end.text("status")).as("%s", end).isEqualTo("CANCELLED");
        }
        assertThat(REGISTRAR.sandbox().effects("payment.refund", "batch-")).isEqualTo(HeldRegistrations.oneEach(users));
        assertThat(users).noneMatch(REGISTRAR.sandbox()::hasProfile);
    }

    @Test
    void registrationsAreAcceptedAndEndWhenTheServerIsKilledInTheMiddle() {
        List<String> users = RegistrationClient.users("outage-", 2 * COUNT);
        List<String> running = users.subList(0, COUNT);
        REGISTRAR.sandbox().faults("""
                [{"service":"payment","operation":"charge","kind":"latency","millis":1000}]""");
        List<String> ids = new ArrayList<>(REGISTRAR.client().registerAtOnce(running));
        Poll.until(
                "all have their profile",
                LIMIT,
                () -> REGISTRAR.sandbox().effects("profile.create", "outage-").size() == COUNT);

        REGISTRAR.temporal().kill();
        long killed = System.nanoTime();
        for (int i = COUNT; i < users.size(); i++) {
            Duration due = OUTAGE.multipliedBy(i - COUNT).dividedBy(COUNT);
            Poll.until(
                    "it is time for the next",
                    OUTAGE.multipliedBy(2),
                    () -> since(killed).compareTo(due) >= 0);
            Answer accepted = REGISTRAR.client().post(RegistrationClient.body(users.get(i)));
            assertThat(accepted.status()).as("%s", accepted).isEqualTo(202);
            assertThat(accepted.took()).as("at %s", since(killed)).isLessThan(Duration.ofSeconds(2));
            ids.add(accepted.text("id"));
        }
        Poll.until(
                "the outage is over",
                OUTAGE.multipliedBy(2),
                () -> since(killed).compareTo(OUTAGE) >= 0);
        REGISTRAR.temporal().start();
        long back = System.nanoTime();

        assertCompletedOnce(users, ids);
        System.out.printf(
                "all ended %d ms after the server was back%n", since(back).toMillis());
        assertThat(since(back)).isLessThan(LIMIT);
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    private static void assertCompletedOnce(List<String> users, List<String> ids) {
        String prefix = users.get(0).replaceFirst("\\d+$", "");
        for (String id : ids) {
            Answer end = REGISTRAR.client().awaitSettled(id, LIMIT);
            assertThat(end.text("status")).as("%s", end).isEqualTo("COMPLETED");
        }
        assertThat(REGISTRAR.sandbox().effects("payment.charge", prefix)).isEqualTo(HeldRegistrations.oneEach(users));
        assertThat(REGISTRAR.sandbox().effects("profile.create", prefix)).isEqualTo(HeldRegistrations.oneEach(users));
    }
}
