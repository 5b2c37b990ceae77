package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gateway refunds nothing for a while; afterwards an operator repairs everything in one action, or the service does
 * it alone. {@code -Drepair.rows=1000} creates a larger backlog.
 */
@Tag("integration")
final class RepairStoryIT {

    private static final int COUNT = Integer.getInteger("repair.rows", 40);
    private static final String ALL = Integer.toString(COUNT);
    private static final BigDecimal AT_RISK =
            new BigDecimal(RegistrationClient.AMOUNT).multiply(BigDecimal.valueOf(COUNT));
    private static final Duration LIMIT = Duration.ofSeconds(60 + COUNT / 2);

    @TempDir
    Path directory;

    @Test
    void oneReplayRepairsWhatAnOutageOfRefundsLeftOpen() {
        try (RegistrarProcess service =
                new RegistrarProcess(directory).withUnpackedBinaries().withUndoSoonGivenUp()) {
            service.start();
            OperatorClient operator = service.operator();
            Instant began = Instant.now();
            UndoBacklog backlog = UndoBacklog.make(service, "repair-", COUNT);
            Instant left = Instant.now();
            assertShown(operator, backlog);

            service.sandbox().noFaults();
            assertPlannedOnly(service, backlog);
            Instant asked = Instant.now();
            String batchId = operator.replay("refund", "limit", ALL, "rate", "100");
            JsonNode batch = operator.awaitBatch(batchId, LIMIT);

            System.out.printf(
                    "MEASURED repair: %d left open after %d ms, repaired in %d ms%n",
                    COUNT,
                    Duration.between(began, left).toMillis(),
                    Duration.between(asked, Instant.now()).toMillis());
            assertThat(batch.path("state").asText()).as("%s", batch).isEqualTo("DONE");
            assertThat(batch.path("verified").asInt()).as("%s", batch).isEqualTo(COUNT);
            backlog.assertUndone();
            assertHealthy(operator);
        }
    }

    @Test
    void machineRepairsAloneWhatAnOutageOfRefundsLeftOpen() {
        try (RegistrarProcess service =
                new RegistrarProcess(directory).withUnpackedBinaries().withUndoSoonTriedAgain()) {
            service.start();
            UndoBacklog backlog = UndoBacklog.make(service, "alone-", COUNT);
            assertThat(service.operator().health("undo-work").path("degraded").asBoolean())
                    .isTrue();
            backlog.assertUntouched();

            service.sandbox().noFaults();
            Instant back = Instant.now();
            Poll.every(
                    Duration.ofSeconds(1),
                    "the machine has repaired all",
                    LIMIT,
                    () -> backlog.statuses().equals(Map.of("CANCELLED", (long) COUNT)),
                    () -> backlog.statuses().toString());

            System.out.printf(
                    "MEASURED repair: %d repaired by nobody %d ms after the gateway was back%n",
                    COUNT, Duration.between(back, Instant.now()).toMillis());
            backlog.assertUndone();
            assertHealthy(service.operator());
        }
    }

    private static void assertShown(OperatorClient operator, UndoBacklog backlog) {
        JsonNode open = operator.ask("compensations", "status", "OPEN", "limit", "1000");

        assertThat(open.path("total").asInt()).isEqualTo(COUNT);
        assertThat(open.findValuesAsText("action")).containsOnly("refund");
        assertThat(open.findValuesAsText("registrationId")).hasSameElementsAs(backlog.ids());
        assertThat(open.path("allOpenRows").asInt()).isEqualTo(COUNT);
        assertThat(open.path("allAtRisk").path(0).path("amount").decimalValue()).isEqualByComparingTo(AT_RISK);
        JsonNode health = operator.health("undo-work");
        assertThat(health.path("degraded").asBoolean()).isTrue();
        assertThat(health.path("message").asText()).isEqualTo(COUNT + " open rows, at risk " + AT_RISK + " USD");
        backlog.assertUntouched();
    }

    private static void assertPlannedOnly(RegistrarProcess service, UndoBacklog backlog) {
        Map<String, Long> rows = service.database().rowCounts();
        int calls = service.sandbox().ledger().size();

        JsonNode plan = service.operator().ask("compensation-replay", "action", "refund", "limit", ALL);

        assertThat(plan.path("dryRun").asBoolean()).isTrue();
        assertThat(plan.has("batchId")).isFalse();
        assertThat(plan.path("total").asInt()).isEqualTo(COUNT);
        assertThat(plan.findValuesAsText("idempotencyKey"))
                .hasSameElementsAs(
                        backlog.ids().stream().map(id -> "refund:" + id).toList());
        assertThat(plan.path("atRisk").path(0).path("amount").decimalValue()).isEqualByComparingTo(AT_RISK);
        assertThat(service.database().rowCounts()).isEqualTo(rows);
        assertThat(service.sandbox().ledger()).as("calls of the providers").hasSize(calls);
        backlog.assertUntouched();
    }

    /** Successful refunds closed the refund breaker; the e-mail breaker has had no call that could close it. */
    private static void assertHealthy(OperatorClient operator) {
        assertThat(operator.health("circuit-breakers").path("message").asText()).doesNotContain("payment");
        Answer reset = operator.task(
                "circuit-breakers", "service", "email", "action", "reset", "actor", "ann", "reason", "outage is over");
        assertThat(reset.status()).as("%s", reset).isEqualTo(200);
        for (String part : List.of("undo-work", "circuit-breakers", "temporal", "postgresql")) {
            JsonNode health = operator.health(part);
            assertThat(health.path("degraded").asBoolean(true))
                    .as("%s %s", part, health)
                    .isFalse();
        }
    }
}
