package dev.registrar.flow;

import static dev.registrar.flow.RegistrationClient.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.WebClient.Answer;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.PortBoundTestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Temporal server outside the service: it may be unavailable, and it outlives the service. */
@Tag("integration")
final class OutsideTemporalIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final int port = new FreePorts().next();
    private @Nullable PortBoundTestServer temporal;

    @AfterEach
    void endTemporal() {
        if (temporal != null) {
            temporal.close();
        }
    }

    private void startTemporal() {
        temporal = TestServer.createPortBoundServer(port, true);
    }

    @Test
    void acceptedRegistrationIsStartedWhenTemporalComesUp() {
        try (RegistrarProcess service = service()) {
            service.start();
            // Warm-up: the limit does not cover class loading and a cold compiler.
            service.client().post("{}");

            Answer accepted = service.client().post(body("late-1"));

            assertThat(accepted.status()).as("%s", accepted).isEqualTo(202);
            assertThat(accepted.text("status")).isEqualTo("ACCEPTED");
            assertThat(accepted.took()).isLessThan(Duration.ofSeconds(2));
            assertThat(service.database().statuses("late-")).isEqualTo(Map.of("ACCEPTED", 1L));
            startTemporal();

            Answer end = service.client().awaitSettled(accepted.text("id"), LIMIT);
            assertThat(end.text("status")).as("%s", end).isEqualTo("COMPLETED");
            assertThat(service.sandbox().effects("payment.charge", "late-")).isEqualTo(Map.of("late-1", 1L));
        }
    }

    @Test
    void workflowTaskLostAfterALocalChargeIsRunAgainWithoutASecondCharge() {
        startTemporal();
        try (RegistrarProcess service = service().withSandboxOutside()) {
            service.start();
            service.sandbox().faults("""
                    [{"service":"payment","operation":"charge","kind":"hang_after","times":1}]""");
            Answer accepted = service.client().post(body("lost-1"));
            Poll.until(
                    "the gateway has charged",
                    LIMIT,
                    () -> service.sandbox().effects("payment.charge", "lost-").equals(Map.of("lost-1", 1L)));

            service.kill();
            assertThat(service.database().statuses("lost-"))
                    .as("not ended at the kill")
                    .containsAnyOf(Map.entry("RUNNING", 1L), Map.entry("ACCEPTED", 1L));
            service.start();

            Answer end = service.client().awaitSettled(accepted.text("id"), LIMIT);
            assertThat(end.text("status")).as("%s", end).isEqualTo("COMPLETED");
            assertThat(service.sandbox().effects("payment.charge", "lost-")).isEqualTo(Map.of("lost-1", 1L));
            assertThat(service.sandbox().effects("profile.create", "lost-")).isEqualTo(Map.of("lost-1", 1L));
            assertThat(service.sandbox().ledgerOf("lost-"))
                    .as("the charge was asked for again, under the same key")
                    .filteredOn(entry -> ("charge:" + accepted.text("id")).equals(entry.key()))
                    .hasSizeGreaterThanOrEqualTo(2);
        }
    }

    private RegistrarProcess service() {
        return new RegistrarProcess(directory).withUnpackedBinaries().withTemporal(port);
    }
}
