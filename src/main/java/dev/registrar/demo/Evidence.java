package dev.registrar.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What the outside knows about one registration after its end.
 *
 * @param registration as {@code GET /v1/registrations/{id}} shows it
 * @param ledger every request about its user that reached the sandbox, in order
 * @param balances by currency, what the gateway took from its user and gave back
 * @param profile what the profile API holds of its user
 * @param account what the service saved of its user
 */
record Evidence(
        JsonNode registration,
        JsonNode ledger,
        JsonNode balances,
        Optional<JsonNode> profile,
        Optional<JsonNode> account) {

    String id() {
        return registration.path("id").asText();
    }

    String status() {
        return registration.path("status").asText();
    }

    JsonNode step(String name) {
        return elements(registration.path("steps")).stream()
                .filter(step -> step.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the registration shows no step " + name));
    }

    List<JsonNode> errors() {
        return elements(registration.path("errors"));
    }

    List<JsonNode> compensations() {
        return elements(registration.path("compensations"));
    }

    List<JsonNode> requests() {
        return elements(ledger);
    }

    List<JsonNode> requests(String service, String operation) {
        return requests().stream()
                .filter(entry -> entry.path("service").asText().equals(service)
                        && entry.path("operation").asText().equals(operation))
                .toList();
    }

    /** The requests that changed something. */
    List<JsonNode> effects(String service, String operation) {
        return requests(service, operation).stream()
                .filter(entry -> entry.path("effect").asBoolean())
                .toList();
    }

    static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
