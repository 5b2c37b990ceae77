package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A night of outages, repaired by admin tasks as docs/runbook.md describes, and by the machine alone. {@code
 * -Dnight.refunds=1000} is a bad night.
 */
@Tag("night")
final class NightIT {

    static final int REFUNDS = Integer.getInteger("night.refunds", 40);
    static final int UNKNOWN = 20;
    static final int TEXTS = 20;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir
    Path directory;

    @Test
    void nightIsRepairedByThreeTasks() {
        try (RegistrarProcess service =
                new RegistrarProcess(directory).withUnpackedBinaries().withUndoSoonGivenUp()) {
            service.start();
            Night night = Night.make(service, REFUNDS, UNKNOWN, TEXTS);
            OperatorClient operator = service.operator();
            JsonNode open = operator.ask("compensations", "status", "OPEN", "limit", "1");
            assertThat(open.path("allOpenRows").asInt()).isEqualTo(night.rows());
            assertThat(open.path("allAtRisk").path(0).path("amount").decimalValue())
                    .isEqualByComparingTo(night.atRisk());

            Instant began = Instant.now();
            String unknown = operator.replay("resolve_payment", "rate", "100");
            String refunds = operator.replay("refund", "limit", "1000", "rate", "100");
            JsonNode texts = operator.change("notification-resend", "errorCode", "sms_unknown", "dryRun", "false");
            JsonNode refunded = operator.awaitBatch(refunds, LIMIT);
            JsonNode resolved = operator.awaitBatch(unknown, LIMIT);
            JsonNode sent = operator.awaitBatch(texts.path("batchId").asText(), LIMIT);
            night.awaitRepaired();
            night.awaitTexts();

            System.out.printf(
                    "MEASURED night: %d refunds, %d unknown payments and %d texts repaired by three tasks in %d ms%n",
                    REFUNDS,
                    UNKNOWN,
                    TEXTS,
                    Duration.between(began, Instant.now()).toMillis());
            assertThat(refunded.path("verified").asInt()).as("%s", refunded).isEqualTo(REFUNDS);
            assertThat(resolved.path("verified").asInt()).as("%s", resolved).isEqualTo(UNKNOWN);
            assertThat(sent.path("verified").asInt()).as("%s", sent).isEqualTo(TEXTS);
            night.assertNoDoubleEffects();
        }
    }

    @Test
    void machineRepairsTheNightAlone() {
        try (RegistrarProcess service =
                new RegistrarProcess(directory).withUnpackedBinaries().withUndoSoonTriedAgain()) {
            service.start();
            Night night = Night.make(service, REFUNDS, UNKNOWN, TEXTS);

            Instant back = Instant.now();
            night.awaitRepaired();

            System.out.printf(
                    "MEASURED night: %d refunds and %d unknown payments repaired by the machine alone in %d ms%n",
                    REFUNDS, UNKNOWN, Duration.between(back, Instant.now()).toMillis());
            night.assertNoDoubleEffects();
        }
    }
}
