package dev.registrar.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.demo.Rule.Evidence;

/** Sends requests and observes results through the REST APIs of the service and the sandbox, as an outside client. */
final class Witness {

    private final String service;
    private final String sandbox;
    private final JsonHttp http = new JsonHttp();

    /**
     * @param service base URL of the application port, without a slash at the end
     * @param sandbox base URL of the sandbox, without a slash at the end
     */
    Witness(String service, String sandbox) {
        this.service = service;
        this.sandbox = sandbox;
    }

    /** The faults in force. */
    JsonNode faults() throws InterruptedException {
        return http.get(sandbox + "/sandbox/faults").orElseThrow();
    }

    /** Replaces the faults in force by these, then those. */
    void faults(JsonNode first, JsonNode then) throws InterruptedException {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        first.forEach(all::add);
        then.forEach(all::add);
        http.send("PUT", sandbox + "/sandbox/faults", all);
    }

    /** Sends a registration; returns the first response. */
    JsonNode register(String userId, String paymentMethod) throws InterruptedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode profile = body.putObject("userProfile");
        profile.put("userId", userId);
        profile.put("email", userId + "@example.com");
        profile.put("fullName", "Ada Lovelace");
        profile.put("phoneNumber", "+14155550101");
        profile.putObject("preferences").put("locale", "en");
        ObjectNode payment = body.putObject("payment");
        payment.put("amount", Scenario.PRICE);
        payment.put("currency", Scenario.CURRENCY);
        payment.put("paymentMethod", paymentMethod);
        payment.put("description", "Annual plan");
        return http.send("POST", service + "/v1/registrations", body);
    }

    JsonNode registration(String id) throws InterruptedException {
        return http.get(service + "/v1/registrations/" + id)
                .orElseThrow(() -> new DemoRefusedException("The service does not know registration " + id + "."));
    }

    /** Everything that can be observed of a registration that has ended. */
    Evidence evidence(JsonNode registration) throws InterruptedException {
        String userId = registration.path("userId").asText();
        // The ledger first, because reading the profile adds to it.
        JsonNode ledger = http.get(sandbox + "/sandbox/ledger?userId=" + userId).orElseThrow();
        JsonNode summary =
                http.get(sandbox + "/sandbox/summary?userId=" + userId).orElseThrow();
        return new Evidence(
                registration,
                ledger,
                summary.path("users").path(userId),
                http.get(sandbox + "/profile/profiles/" + userId),
                http.get(service + "/v1/users/" + userId));
    }
}
