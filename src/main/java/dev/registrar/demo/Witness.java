package dev.registrar.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.demo.Demonstration.DemoRefusedException;
import dev.registrar.demo.Rule.Evidence;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

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

    /** Everything that can be observed about a registration that has ended. */
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

    /** JSON over HTTP, as any client would send it. Amounts are read exactly. Thread-safe. */
    static final class JsonHttp {

        private static final Duration LIMIT = Duration.ofSeconds(10);
        private static final ObjectMapper MAPPER = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();

        private final HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

        static JsonNode read(String json) {
            try {
                return MAPPER.readTree(json);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage());
            }
        }

        /** The resource; empty on 404. */
        Optional<JsonNode> get(String url) throws InterruptedException {
            HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(url)));
            return answer.statusCode() == 404 ? Optional.empty() : Optional.of(body(url, answer));
        }

        /** @throws DemoRefusedException if the answer is not a success */
        JsonNode send(String method, String url, JsonNode body) throws InterruptedException {
            return body(
                    url,
                    send(HttpRequest.newBuilder(URI.create(url))
                            .header("Content-Type", "application/json")
                            .method(method, BodyPublishers.ofString(body.toString()))));
        }

        private HttpResponse<String> send(HttpRequest.Builder request) throws InterruptedException {
            HttpRequest built = request.timeout(LIMIT).build();
            try {
                return client.send(built, BodyHandlers.ofString());
            } catch (IOException e) {
                throw new DemoRefusedException(built.uri() + " does not answer: " + e);
            }
        }

        private static JsonNode body(String url, HttpResponse<String> answer) {
            if (answer.statusCode() >= 300) {
                throw new DemoRefusedException(url + " answered " + answer.statusCode() + ": " + answer.body());
            }
            return read(answer.body());
        }
    }
}
