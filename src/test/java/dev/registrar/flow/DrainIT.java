package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.WebClient.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients and a load balancer see of an instance that is shutting down. */
@Tag("integration")
final class DrainIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(45);

    @TempDir
    Path directory;

    @Test
    void instanceThatEndsIsNotReadyServesOnAndAnswersThoseWhoWait() {
        try (RegistrarProcess service = new RegistrarProcess(directory)
                .withUnpackedBinaries()
                .withDrain("3 s")
                .start()) {
            Answer before = service.client().post(RegistrationClient.body("drain-before"));
            assertThat(before.header("Connection")).isEmpty();
            CompletableFuture<Answer> waiting = waitingRegistration(service);
            long told = System.nanoTime();
            CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(service::terminate);

            Poll.until(
                    "it is not ready", LIMIT, () -> service.operator().ready().status() == 503);
            Duration noticed = since(told);
            Answer during = service.client().post(RegistrationClient.body("drain-during"));
            assertThat(waiting.isDone()).as("answered before the ports close").isFalse();
            Answer settled = waiting.join();
            Duration answered = since(told);
            assertThat(exit.join()).isEqualTo(143);
            Duration gone = since(told);

            System.out.printf(
                    "MEASURED drain of 3 s: not ready after %d ms, who waits answered after %d ms, gone after %d ms%n",
                    noticed.toMillis(), answered.toMillis(), gone.toMillis());
            assertThat(gone).isBetween(Duration.ofSeconds(3), EXIT_LIMIT);
            for (Answer answer : new Answer[] {during, settled}) {
                assertThat(answer.status()).as("%s", answer).isEqualTo(202);
                assertThat(answer.header("Connection")).isEqualToIgnoringCase("close");
            }
            service.start();
            assertCompletedOnce(service, before, during, settled);
        }
    }

    /** A request that waits for the end of a registration, which waits for its gateway. */
    private static CompletableFuture<Answer> waitingRegistration(RegistrarProcess service) {
        service.sandbox().faults("""
                [{"service":"payment","operation":"charge","kind":"status","status":503,"retryAfter":5}]""");
        CompletableFuture<Answer> waiting =
                service.client().postLater(RegistrationClient.body("drain-waiting"), "Prefer", "wait=30");
        Poll.until(
                "the waiting one is in work",
                LIMIT,
                () -> service.sandbox().ledgerOf("drain-waiting").stream().anyMatch(entry -> entry.status() == 503));
        return waiting;
    }

    private static void assertCompletedOnce(RegistrarProcess service, Answer... accepted) {
        service.sandbox().noFaults();
        for (Answer each : accepted) {
            Answer end = service.client().awaitSettled(each.text("id"), LIMIT.multipliedBy(2));
            assertThat(end.text("status")).as("%s", end).isEqualTo("COMPLETED");
        }
        assertThat(service.sandbox().effects("payment.charge", "drain-"))
                .isEqualTo(Map.of("drain-before", 1L, "drain-during", 1L, "drain-waiting", 1L));
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
