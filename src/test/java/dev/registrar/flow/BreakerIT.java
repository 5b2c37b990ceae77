package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A gateway that fails temporarily. */
@Tag("integration")
final class BreakerIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int COUNT = 25;

    /** Keeps the e-mail step running: the provider asks for a later retry. */
    private static final String EMAIL_LATER =
            "{\"service\":\"email\",\"kind\":\"status\",\"status\":503,\"retryAfter\":5,\"times\":1}";

    private static final String CHARGE_FAILS =
            "{\"service\":\"payment\",\"operation\":\"charge\",\"kind\":\"status\",\"status\":500}";

    @Test
    void registrationsWaitForAnOpenBreakerAndRefundsDoNot() {
        RegistrationClient client = REGISTRAR.client();
        SandboxProbe sandbox = REGISTRAR.sandbox();
        List<String> users = RegistrationClient.users("breaker-", COUNT);
        String undone = chargedButOpen("breaking-off");

        sandbox.faults("[" + CHARGE_FAILS + "]");
        List<String> ids = client.registerAtOnce(users);
        Poll.until(
                "a registration waits for the breaker",
                LIMIT,
                () -> ids.stream()
                        .map(client::find)
                        .anyMatch(seen -> seen.json()
                                .path("waitingOn")
                                .path("reason")
                                .asText()
                                .equals("breaker_open")));
        REGISTRAR.database().requestCancel("breaking-off");
        assertThat(client.awaitSettled(undone, LIMIT).text("status")).isEqualTo("CANCELLED");

        assertThat(sandbox.effects("payment.charge", "breaker-"))
                .as("the charges still fail")
                .isEmpty();
        assertThat(sandbox.net("breaking-off")).isEqualByComparingTo(BigDecimal.ZERO);
        sandbox.noFaults();
        for (String id : ids) {
            assertThat(client.awaitSettled(id, LIMIT).text("status")).isEqualTo("COMPLETED");
        }
        assertThat(sandbox.effects("payment.charge", "breaker-"))
                .isEqualTo(users.stream().collect(Collectors.toMap(user -> user, user -> 1L)));
    }

    /** Registers a user and returns the id once the payment is done and the e-mail is waiting. */
    private static String chargedButOpen(String user) {
        REGISTRAR.sandbox().faults("[" + EMAIL_LATER + "]");
        String id = REGISTRAR.client().register(user);
        Poll.until(
                "the e-mail was put off",
                LIMIT,
                () -> REGISTRAR.sandbox().ledgerOf("").stream()
                        .anyMatch(entry -> entry.status() == 503 && ("email:" + id).equals(entry.key())));
        assertThat(REGISTRAR.sandbox().effects("payment.charge", user)).isEqualTo(Map.of(user, 1L));
        return id;
    }
}
