package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The production Temporal server dies under load and restarts half a minute later. */
@Tag("cluster")
final class ServerOutageIT {

    @RegisterExtension
    static final RequiredTool SERVER = RequiredTool.TEMPORAL_SERVER;

    @RegisterExtension
    static final RequiredTool TABLES = RequiredTool.TEMPORAL_SQL_TOOL;

    private static final Duration OUTAGE = Duration.ofSeconds(30);
    private static final Duration AROUND = Duration.ofSeconds(4);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
    private static final int PER_SECOND = 8;

    /** Charges take a while, so that registrations are in progress when the server dies. */
    private static final String FAULTS = """
            [{"service":"payment","operation":"charge","kind":"latency","millis":500}]""";

    @TempDir
    Path directory;

    @Test
    void registrationsAreAcceptedAndEndRightWhenTheServerIsKilledForHalfAMinute() {
        try (TemporalProductionServer temporal = new TemporalProductionServer(directory);
                RegistrarProcess service = new RegistrarProcess(directory)
                        .withUnpackedBinaries()
                        .withTemporal(temporal.port())
                        .withSandboxOutside()) {
            temporal.start();
            service.start();
            service.sandbox().faults(FAULTS);
            try (BalancedLoad load =
                    new BalancedLoad(List.of(service), "outage-", Integer.MAX_VALUE).start(PER_SECOND)) {
                Poll.pass(AROUND);
                long killed = System.nanoTime();
                temporal.kill();
                Poll.pass(OUTAGE);
                long back = System.nanoTime();
                temporal.start();
                Poll.pass(AROUND);
                load.end();

                assertThat(load.failures())
                        .as("requests that were not accepted")
                        .isEmpty();
                Set<String> users = load.accepted().keySet();
                assertCompletedOnce(service, users);
                Duration p99 = load.percentile(0.99, killed, back);
                System.out.printf(
                        "MEASURED outage of %d s: %d registrations, p99 %d ms, slowest answer %d ms, all ended %d ms after"
                                + " the start of the server%n",
                        OUTAGE.toSeconds(),
                        users.size(),
                        p99.toMillis(),
                        load.percentile(1, killed, back).toMillis(),
                        Duration.ofNanos(System.nanoTime() - back).toMillis());
                assertThat(p99).isLessThanOrEqualTo(ANSWER_LIMIT);
            }
        }
    }

    private static void assertCompletedOnce(RegistrarProcess service, Set<String> users) {
        Poll.until(
                "all have ended",
                LIMIT,
                () -> service.database().statuses("outage-").equals(Map.of("COMPLETED", (long) users.size())),
                () -> service.database().statuses("outage-") + " of " + users.size());
        for (String operation : List.of("profile.create", "payment.charge")) {
            assertThat(service.sandbox().effects(operation, "outage-"))
                    .as(operation)
                    .isEqualTo(HeldRegistrations.oneEach(List.copyOf(users)));
        }
        assertThat(service.sandbox().effects("payment.refund", "outage-")).isEmpty();
    }
}
