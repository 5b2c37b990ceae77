package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Charges and profiles that take effect after their response was lost, several at once in one service: each is kept or
 * undone.
 */
@Tag("faults")
final class LateChargeIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    /** The lookups of config-test.yml, counted from the end of the registration. */
    private static final List<Duration> LOOKS = List.of(Duration.ofSeconds(20), Duration.ofSeconds(60));

    private static final Duration LOOK_LIMIT = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final BigDecimal PRICE = new BigDecimal(RegistrationClient.AMOUNT);
    private static final String LATE_PROFILE = "late-profile";

    private static final Map<String, String> IDS = new HashMap<>();

    private static String user(int millis) {
        return "late-charge-" + millis + "-";
    }

    private static String id(String user) {
        return Objects.requireNonNull(IDS.get(user));
    }

    @BeforeAll
    static void registerAll() {
        LateFaults late = new LateFaults(REGISTRAR.service());
        for (int millis : new int[] {40_000, 12_000, 3_000}) {
            IDS.put(user(millis), late.register(user(millis), "payment", "charge", millis));
        }
        IDS.put(LATE_PROFILE, late.register(LATE_PROFILE, "profile", "create", 14_000));
    }

    @ParameterizedTest
    @ValueSource(ints = {3_000, 12_000, 40_000})
    void chargeThatComesLateIsKeptOrGivenBackAndNeverBoth(int millis) {
        String user = user(millis);
        Answer end = REGISTRAR.client().awaitSettled(id(user), LIMIT);
        Poll.until(
                "the charge is there",
                Duration.ofSeconds(60),
                () -> REGISTRAR.sandbox().charges(user) == 1);

        if (end.text("status").equals("COMPLETED")) {
            assertThat(millis).as("%s", end).isLessThan(40_000);
            assertThat(end.json().path("compensations")).isEmpty();
        } else {
            assertThat(millis).as("%s", end).isGreaterThan(3_000);
            assertGivenBack(user, millis, end);
        }

        BigDecimal net = end.text("status").equals("COMPLETED") ? PRICE : BigDecimal.ZERO;
        assertThat(REGISTRAR.client().find(id(user)).text("status")).isEqualTo(end.text("status"));
        assertThat(REGISTRAR.sandbox().net(user)).isEqualByComparingTo(net);
        assertThat(REGISTRAR.sandbox().effects("payment.charge", user)).isEqualTo(Map.of(user, 1L));
    }

    private static void assertGivenBack(String user, int millis, Answer end) {
        assertThat(end.text("status")).as("%s", end).isEqualTo("FAILED");
        Instant landed = new LateFaults(REGISTRAR.service()).charged(user).orElseThrow();
        Instant look = look(end, landed);
        JsonNode row = awaitOpen(id(user), "refund", look);
        assertThat(row.path("amount").decimalValue()).isEqualByComparingTo(PRICE);
        assertThat(REGISTRAR.sandbox().net(user)).isEqualByComparingTo(PRICE);
        measured("charge " + millis + " ms late", look, row);

        assertThat(REGISTRAR.operator().replay(row.path("id").asText(), LIMIT)).isEqualTo("VERIFIED");

        assertThat(rows(id(user))
                        .map(each -> each.path("action").asText() + " "
                                + each.path("state").asText()))
                .contains("refund DONE")
                .allMatch(each -> each.endsWith(" DONE"));
        assertThat(REGISTRAR.sandbox().effects("payment.refund", user)).isEqualTo(Map.of(user, 1L));
    }

    @Test
    void profileThatComesLateIsFoundByALookAndGoesWithAReplay() {
        Answer end = REGISTRAR.client().awaitSettled(id(LATE_PROFILE), LIMIT);
        assertThat(end.text("status")).as("%s", end).isEqualTo("FAILED");
        Instant look = look(end, Instant.EPOCH);
        JsonNode row = awaitOpen(id(LATE_PROFILE), "delete_profile", look);
        assertThat(REGISTRAR.sandbox().profileOwner(LATE_PROFILE)).isEqualTo(id(LATE_PROFILE));
        measured("profile late", look, row);

        assertThat(REGISTRAR.operator().replay(row.path("id").asText(), LIMIT)).isEqualTo("VERIFIED");

        assertThat(REGISTRAR.sandbox().profileOwner(LATE_PROFILE)).isEmpty();
        assertThat(REGISTRAR.sandbox().effects("payment.charge", LATE_PROFILE)).isEmpty();
    }

    /** The first lookup after the effect. */
    private static Instant look(Answer end, Instant there) {
        Instant finished = Instant.parse(end.text("finishedAt"));
        return LOOKS.stream()
                .map(finished::plus)
                .filter(look -> look.isAfter(there))
                .findFirst()
                .orElseThrow();
    }

    /** Waits for the row, which must open soon after the lookup was due. */
    private static JsonNode awaitOpen(String id, String action, Instant look) {
        Duration left = Duration.between(Instant.now(), look.plus(LOOK_LIMIT));
        Poll.until(
                action + " is open",
                left.isNegative() ? Duration.ZERO : left,
                () -> open(id, action).findAny().isPresent(),
                () -> REGISTRAR.client().find(id).toString());
        JsonNode row = open(id, action).findAny().orElseThrow();
        assertThat(Instant.parse(row.path("openedAt").asText())).isBetween(look, look.plus(LOOK_LIMIT));
        return row;
    }

    private static Stream<JsonNode> open(String id, String action) {
        return rows(id).filter(row -> row.path("action").asText().equals(action)
                && row.path("state").asText().equals("OPEN"));
    }

    private static Stream<JsonNode> rows(String id) {
        JsonNode rows = REGISTRAR.client().find(id).json().path("compensations");
        return Stream.iterate(0, i -> i < rows.size(), i -> i + 1).map(rows::path);
    }

    private static void measured(String what, Instant look, JsonNode row) {
        System.out.printf(
                "MEASURED %s: row open %d ms after the look was due%n",
                what,
                Duration.between(look, Instant.parse(row.path("openedAt").asText()))
                        .toMillis());
    }
}
