package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.WebClient.Answer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Cancels race with the end of a registration at every moment of its life: exactly one of them wins, and the response
 * shows which.
 */
@Tag("faults")
final class CancelRaceIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    private static final int ROUNDS = 10;
    private static final int AT_ONCE = 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SLOW_PROVIDERS = """
            [{"service":"profile","operation":"create","kind":"latency","millis":60},
             {"service":"payment","operation":"charge","kind":"latency","millis":60},
             {"service":"email","kind":"latency","millis":60}]""";

    /** One registration and the status of the response to its cancel. */
    private record Race(String user, String id, int answer) {}

    @Test
    void cancelAndCompletionHaveOneWinnerAndTheAnswerSaysWhich() {
        REGISTRAR.sandbox().faults(SLOW_PROVIDERS);
        Duration life = longestLife();

        List<Race> races = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            races.addAll(race(round, life.plus(life.dividedBy(4))));
        }

        Map<Integer, Long> answers = races.stream().collect(Collectors.groupingBy(Race::answer, Collectors.counting()));
        assertThat(answers).containsOnlyKeys(202, 409);
        System.out.printf(
                "MEASURED cancel races: %s of %d, spread over %d ms%n",
                answers, races.size(), life.plus(life.dividedBy(4)).toMillis());
        races.forEach(CancelRaceIT::assertEnd);
        assertThat(REGISTRAR.database().statuses("race-"))
                .isEqualTo(Map.of("CANCELLED", answers.get(202), "COMPLETED", answers.get(409)));
        assertThat(REGISTRAR.database().accounts("race-")).isEqualTo(answers.get(409));
        assertLedger(races);
    }

    /**
     * The longest duration of as many concurrent registrations as a race has, from the request to the final response.
     */
    private static Duration longestLife() {
        return RegistrationClient.users("unhurt-", AT_ONCE).stream()
                .map(user -> REGISTRAR.client().postLater(RegistrationClient.body(user), "Prefer", "wait=30"))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .peek(end -> assertThat(end.text("status")).as("%s", end).isEqualTo("COMPLETED"))
                .map(Answer::took)
                .max(Duration::compareTo)
                .orElseThrow();
    }

    /**
     * Starts concurrent registrations and cancels each at a different moment, from its acceptance to {@code span}
     * later.
     */
    private static List<Race> race(int round, Duration span) {
        RegistrationClient client = REGISTRAR.client();
        List<CompletableFuture<Race>> races = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            String user = "race-" + round + "-" + i;
            // Every delay is unique across all rounds.
            long micros = TimeUnit.NANOSECONDS.toMicros(span.toNanos()) * (i * ROUNDS + round) / (AT_ONCE * ROUNDS);
            Executor later = CompletableFuture.delayedExecutor(micros, TimeUnit.MICROSECONDS);
            races.add(client.postLater(RegistrationClient.body(user)).thenCompose(accepted -> {
                String id = accepted.text("id");
                return CompletableFuture.runAsync(() -> {}, later)
                        .thenCompose(now -> client.cancelLater(id))
                        .thenApply(answer -> new Race(user, id, answer.status()));
            }));
        }
        return races.stream().map(CompletableFuture::join).toList();
    }

    private static void assertEnd(Race race) {
        Answer end = REGISTRAR.client().awaitSettled(race.id(), LIMIT);
        SandboxProbe sandbox = REGISTRAR.sandbox();
        boolean cancelled = race.answer() == 202;

        assertThat(end.text("status")).as("%s %s", race, end).isEqualTo(cancelled ? "CANCELLED" : "COMPLETED");
        assertThat(sandbox.net(race.user()))
                .as("%s", race)
                .isEqualByComparingTo(cancelled ? BigDecimal.ZERO : new BigDecimal(RegistrationClient.AMOUNT));
        assertThat(sandbox.profileOwner(race.user())).as("%s", race).isEqualTo(cancelled ? "" : race.id());
    }

    /**
     * No user was charged or refunded twice; users whose registration completed were charged once and never refunded.
     */
    private static void assertLedger(List<Race> races) {
        Map<String, Long> charges = REGISTRAR.sandbox().effects("payment.charge", "race-");
        Map<String, Long> refunds = REGISTRAR.sandbox().effects("payment.refund", "race-");
        Set<String> completed = races.stream()
                .filter(race -> race.answer() == 409)
                .map(Race::user)
                .collect(Collectors.toSet());
        Set<String> chargedAndUndone = new HashSet<>(charges.keySet());
        chargedAndUndone.removeAll(completed);

        assertThat(charges.keySet()).containsAll(completed);
        assertThat(charges.values()).containsOnly(1L);
        assertThat(refunds.keySet()).isEqualTo(chargedAndUndone);
        assertThat(refunds.values()).containsOnly(1L);
    }
}
