package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.standin.Localstripe.Intent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The configured payment provider is replaced while the outcome of a charge is unknown. The new provider has no record
 * of the charge, so its lookups must decide nothing: only the old one can.
 */
final class ProviderChangedIT extends VendorTestCase {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    @ParameterizedTest
    @ValueSource(strings = {"type", "account"})
    void chargeOfUnknownOutcomeWaitsForTheProviderThatMadeIt(String change) throws Exception {
        try (Vendors vendors = new Vendors(directory);
                RegistrarProcess service = vendors.service(directory).withShortPatience()) {
            String before = vendors.services("account: acct_1");
            service.withServices(before).start();
            vendors.toStripe().loseAnswers();
            String id = service.client()
                    .post(RegistrationClient.body("changed-" + change, vendors.goodCard()))
                    .text("id");
            Poll.until(
                    "Stripe was asked for the charge",
                    LIMIT,
                    () -> !vendors.intents().isEmpty());

            service.terminate();
            vendors.heal();
            service.withServices(change.equals("account") ? vendors.services("account: acct_2") : otherType(before))
                    .start();

            Poll.until(
                    "the other provider is not asked",
                    LIMIT,
                    () -> openRows(service).toString().contains("provider_changed"),
                    () -> service.client().find(id).toString());
            JsonNode meanwhile = service.client().find(id).json();
            assertThat(meanwhile.path("status").asText())
                    .as("%s", meanwhile)
                    .isNotIn("FAILED", "CANCELLED", "COMPLETED");

            service.terminate();
            service.withServices(before).start();
            Poll.until(
                    "it has ended",
                    LIMIT,
                    () -> service.client().find(id).text("status").matches("COMPLETED|FAILED"),
                    () -> service.client().find(id).toString());
            JsonNode end = service.client().find(id).json();
            List<Intent> intents = vendors.intents();
            long held = intents.stream().mapToLong(Intent::held).sum();
            assertThat(intents).isNotEmpty();
            assertThat(held)
                    .as("%s, %s", end, intents)
                    .isEqualTo(end.path("status").asText().equals("COMPLETED") ? 4990 : 0);
        }
    }

    private static JsonNode openRows(RegistrarProcess service) {
        return service.operator().ask("compensations", "status", "OPEN");
    }

    /** Our own gateway, which has no such payment. */
    private static String otherType(String services) {
        int from = services.indexOf("  payment:");
        int to = services.indexOf("  email:");
        return services.substring(0, from)
                + "  payment:\n    {baseUrl: 'http://127.0.0.1:${SANDBOX_PORT:-8090}/payment', deadline: 3 s}\n"
                + services.substring(to);
    }
}
