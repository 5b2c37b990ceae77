package dev.registrar.flow;

import static dev.registrar.flow.RegistrationClient.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.WebClient.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("integration")
final class RefusedRequestsIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    @Test
    void refusedRequestStoresNothingAndCallsNobody() {
        RegistrationClient client = REGISTRAR.client();
        Answer first = client.post(body("refused-1"), "Idempotency-Key", "refused-key");
        client.awaitSettled(first.text("id"), Duration.ofSeconds(30));
        Map<String, Long> rows = REGISTRAR.database().rowCounts();
        long entries = REGISTRAR.sandbox().ledgerOf("refused-").size();

        List<Answer> answers = List.of(
                client.post(body("refused-2"), "Idempotency-Key", "refused-key"),
                client.post(body("refused-1", "pm_card_declined")),
                client.post("{\"userProfile\": "),
                client.post("[]"),
                client.post("{}"),
                client.post(body("refused-3").replace("49.90", "-1")),
                client.post(body("refused-4").replace("49.90", "49.901")),
                client.post(body("refused-5").replace("USD", "XXX")),
                client.post(body("refused-6").replace("\"fullName\"", "\"unknown\": 1, \"fullName\"")),
                client.post(body("refused-7").replace("refused-7@example.com", "nobody")),
                client.post(body("refused-8"), "Idempotency-Key", "k".repeat(256)),
                REGISTRAR
                        .service()
                        .application()
                        .call("POST", "/v1/registrations", body("refused-9"), "Content-Type", "text/plain"));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).as("%s", answer).isBetween(400, 499);
            assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        });
        assertThat(answers.get(0).text("code")).isEqualTo("idempotency_key_reused");
        assertThat(answers.get(1).text("code")).isEqualTo("user_already_registered");
        assertThat(REGISTRAR.database().rowCounts()).isEqualTo(rows);
        assertThat(REGISTRAR.sandbox().ledgerOf("refused-")).hasSize((int) entries);
    }
}
