package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.SandboxProbe.Entry;
import dev.registrar.flow.WebClient.Answer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user registers again after a failed registration whose effects may still appear. */
@Tag("faults")
final class NewRegistrationAfterDoubtIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final BigDecimal PRICE = new BigDecimal(RegistrationClient.AMOUNT);
    private static final String PROFILE_USER = "doubt-profile";
    private static final String CHARGE_USER = "doubt-charge";

    private static String oldProfile = "";
    private static String oldCharge = "";

    @BeforeAll
    static void failBoth() {
        LateFaults late = new LateFaults(REGISTRAR.service());
        oldProfile = late.register(PROFILE_USER, "profile", "create", 14_000);
        oldCharge = late.register(CHARGE_USER, "payment", "charge", 14_000);
    }

    private static String completed(String user) {
        String id = REGISTRAR.client().register(user);
        Answer end = REGISTRAR.client().awaitSettled(id, LIMIT);
        assertThat(end.text("status")).as("%s", end).isEqualTo("COMPLETED");
        return id;
    }

    private static void awaitFailed(String id) {
        Answer end = REGISTRAR.client().awaitSettled(id, LIMIT);
        assertThat(end.text("status")).as("%s", end).isEqualTo("FAILED");
    }

    private static JsonNode row(String id) {
        return REGISTRAR.client().find(id).json().path("compensations").path(0);
    }

    @Test
    void oldUndoOfAProfileLeavesTheNewOneAlone() {
        awaitFailed(oldProfile);
        Poll.until(
                "the late profile is found",
                LIMIT,
                () -> row(oldProfile).path("state").asText().equals("OPEN"));
        assertThat(row(oldProfile).path("action").asText()).isEqualTo("delete_profile");
        // Someone cleans up at the provider without telling the service: otherwise the new registration would end as a
        // conflict.
        REGISTRAR.sandbox().deleteProfile(PROFILE_USER);
        String fresh = completed(PROFILE_USER);
        Map<String, Long> deleted = REGISTRAR.sandbox().effects("profile.delete", PROFILE_USER);

        String result = REGISTRAR.operator().replay(row(oldProfile).path("id").asText(), LIMIT);

        // The service retries by itself and may have been first.
        assertThat(result).isIn("VERIFIED", "ALREADY_CLOSED");
        assertThat(row(oldProfile).path("state").asText()).isEqualTo("DONE");
        assertThat(REGISTRAR.sandbox().profileOwner(PROFILE_USER)).isEqualTo(fresh);
        assertThat(REGISTRAR.sandbox().effects("profile.delete", PROFILE_USER)).isEqualTo(deleted);
        assertThat(REGISTRAR.client().find(fresh).text("status")).isEqualTo("COMPLETED");
        assertThat(REGISTRAR.client().find(oldProfile).text("status")).isEqualTo("FAILED");
        assertThat(REGISTRAR.sandbox().net(PROFILE_USER)).isEqualByComparingTo(PRICE);
    }

    @Test
    void oldChargeThatCameLateIsGivenBackBeforeTheNewOne() {
        awaitFailed(oldCharge);
        Poll.until(
                "the late charge is there",
                LIMIT,
                () -> REGISTRAR.sandbox().net(CHARGE_USER).compareTo(PRICE) == 0);

        String fresh = completed(CHARGE_USER);

        List<Entry> money = REGISTRAR.sandbox().ledgerOf(CHARGE_USER).stream()
                .filter(entry -> entry.effect() && entry.operation().startsWith("payment."))
                .toList();
        assertThat(money)
                .extracting(Entry::key)
                .containsExactly("charge:" + oldCharge, "refund:" + oldCharge, "charge:" + fresh);
        assertThat(money.get(2).at()).isAfterOrEqualTo(money.get(1).at());
        assertThat(REGISTRAR.sandbox().net(CHARGE_USER)).isEqualByComparingTo(PRICE);
        assertThat(row(oldCharge).path("action").asText()).isEqualTo("refund");
        assertThat(row(oldCharge).path("state").asText()).isEqualTo("DONE");
        assertThat(REGISTRAR.client().find(oldCharge).text("status")).isEqualTo("FAILED");
        assertThat(REGISTRAR.sandbox().profileOwner(CHARGE_USER)).isEqualTo(fresh);
    }
}
