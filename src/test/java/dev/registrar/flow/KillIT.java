package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service and everything in it is killed in the middle of its work. */
@Tag("integration")
final class KillIT {

    private static final int COUNT = 50;

    @TempDir
    Path directory;

    @Test
    void killedServiceBringsEveryRegistrationToItsEndAfterARestart() {
        try (RegistrarProcess service = new RegistrarProcess(directory).withUnpackedBinaries()) {
            service.start();
            List<String> users = RegistrationClient.users("kill-", COUNT);
            // The slow ones are still running when the others are done.
            service.sandbox().faults("""
                    [{"service":"profile","operation":"create","kind":"latency","millis":900,"probability":0.3},
                     {"service":"payment","operation":"charge","kind":"latency","millis":900,"probability":0.3},
                     {"service":"email","kind":"latency","millis":700,"probability":0.3}]""");
            service.client().registerAtOnce(users);
            Poll.until(
                    "ten are charged",
                    Duration.ofSeconds(20),
                    () -> service.sandbox().effects("payment.charge", "kill-").size() >= 10);
            List<SandboxProbe.Entry> before = service.sandbox().ledgerOf("kill-");

            service.kill();
            Map<String, Long> killed = service.database().statuses("kill-");
            assertThat(killed.getOrDefault("RUNNING", 0L))
                    .as("unfinished at the kill, of %s", killed)
                    .isGreaterThanOrEqualTo(5);
            service.start();
            Instant back = Instant.now();
            Poll.until(
                    "all are completed",
                    Duration.ofSeconds(60),
                    () -> service.database().statuses("kill-").equals(Map.of("COMPLETED", (long) COUNT)),
                    () -> service.database().statuses("kill-").toString());

            System.out.printf(
                    "MEASURED kill -9: %s at the kill, ready again in %d ms, all at their end %d ms later%n",
                    killed,
                    service.startedIn().toMillis(),
                    Duration.between(back, Instant.now()).toMillis());
            assertOnce(service, users);
            assertBothSides(before, service.sandbox().ledgerOf("kill-"));
        }
    }

    private static void assertOnce(RegistrarProcess service, List<String> users) {
        Map<String, Long> once = users.stream().collect(Collectors.toMap(user -> user, user -> 1L));
        assertThat(service.sandbox().effects("payment.charge", "kill-")).isEqualTo(once);
        assertThat(service.sandbox().effects("profile.create", "kill-")).isEqualTo(once);
        assertThat(service.sandbox().effects("payment.refund", "kill-")).isEmpty();
        for (String user : users) {
            assertThat(service.sandbox().net(user)).isEqualByComparingTo(new BigDecimal(RegistrationClient.AMOUNT));
        }
        assertThat(service.database().accounts("kill-")).isEqualTo(COUNT);
    }

    /** The ledger continues after the kill: no entry is lost, and there are effects before and after it. */
    private static void assertBothSides(List<SandboxProbe.Entry> before, List<SandboxProbe.Entry> all) {
        long last = before.get(before.size() - 1).seq();
        assertThat(all).startsWith(before.toArray(SandboxProbe.Entry[]::new));
        assertThat(all).extracting(SandboxProbe.Entry::seq).isSorted().doesNotHaveDuplicates();
        assertThat(all)
                .filteredOn(entry -> entry.seq() > last
                        && entry.effect()
                        && entry.operation().equals("payment.charge"))
                .as("charges after the kill")
                .isNotEmpty();
        assertThat(all)
                .filteredOn(entry -> entry.seq() > last && "replayed".equals(entry.replay()))
                .as("keys that were used again after the kill")
                .isNotEmpty();
    }
}
