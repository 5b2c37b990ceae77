package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway whose 2xx responses cannot be trusted. */
@Tag("integration")
final class DishonestAnswersIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static String fault(String kind) {
        return "[{\"service\":\"payment\",\"operation\":\"charge\",\"kind\":\"" + kind + "\",\"times\":1}]";
    }

    @ParameterizedTest
    @ValueSource(strings = {"malformed", "empty", "huge"})
    void unreadableSuccessIsAskedForAgainUnderTheSameKey(String kind) {
        String user = "dishonest-" + kind;
        REGISTRAR.sandbox().faults(fault(kind));

        String id = REGISTRAR.client().register(user);
        Answer end = REGISTRAR.client().awaitSettled(id, LIMIT);

        assertThat(end.text("status")).as("%s", end).isEqualTo("COMPLETED");
        assertThat(REGISTRAR.sandbox().effects("payment.charge", user)).isEqualTo(Map.of(user, 1L));
        assertThat(REGISTRAR.sandbox().ledgerOf(user))
                .filteredOn(entry -> entry.operation().equals("payment.charge"))
                .as("a success that was not believed is asked for again")
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(entry -> assertThat(entry.key()).isEqualTo("charge:" + id));
    }

    @Test
    void anotherAmountThanAskedForNeedsAttentionAndKeepsTheProfile() {
        String user = "dishonest-amount";
        REGISTRAR.sandbox().faults(fault("wrong_amount"));

        String id = REGISTRAR.client().register(user);
        Answer end = REGISTRAR.client().awaitSettled(id, LIMIT);

        assertThat(end.text("status")).as("%s", end).isEqualTo("NEEDS_ATTENTION");
        JsonNode row = end.json().path("compensations").path(0);
        assertThat(row.path("action").asText()).isEqualTo("resolve_payment");
        assertThat(row.path("state").asText()).isEqualTo("OPEN");
        assertThat(end.json().path("errors").findValuesAsText("code")).contains("payment_wrong_amount");
        assertThat(REGISTRAR.sandbox().effects("payment.charge", user)).isEqualTo(Map.of(user, 1L));
        assertThat(REGISTRAR.sandbox().effects("profile.delete", user)).isEmpty();
    }
}
