package dev.registrar.standin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Program;
import dev.registrar.flow.RequiredTool;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * localstripe, which simulates Stripe and keeps state, but has no idempotency keys. Tests verify its intents.
 * Thread-safe.
 */
public final class Localstripe implements AutoCloseable {

    public static final String SECRET_KEY = "sk_test_12345";

    private final StandInHttp http = new StandInHttp();
    private final int port;
    private final Program program;

    private Localstripe(int port, Program program) {
        this.port = port;
        this.program = program;
    }

    /**
     * Starts it and returns once it listens.
     *
     * @param directory for its output
     */
    public static Localstripe start(Path directory) {
        int port = new FreePorts().next();
        Program program = Program.start(
                directory,
                "localstripe",
                Map.of(),
                List.of(RequiredTool.LOCALSTRIPE.file().toString()),
                List.of("--port", Integer.toString(port), "--from-scratch"));
        Listening.await("localstripe", program, port);
        return new Localstripe(port, program);
    }

    public int port() {
        return port;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /**
     * Creates a card payment method; {@code 4000000000000341} is declined, {@code 4000002500003155} requires
     * authentication.
     */
    public String paymentMethod(String cardNumber) {
        return http.get(request("/v1/payment_methods")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("type=card&card[number]=" + cardNumber
                                + "&card[exp_month]=12&card[exp_year]=2030&card[cvc]=123"))
                        .build())
                .path("id")
                .asText();
    }

    /**
     * @param amount in the currency's smallest unit
     * @param refunded part of the amount
     */
    public record Intent(String id, String registrationId, String status, long amount, String currency, long refunded) {

        /** The amount captured minus refunds, in the currency's smallest unit. */
        public long held() {
            return status.equals("succeeded") ? amount - refunded : 0;
        }
    }

    public List<Intent> intents() {
        List<Intent> intents = new ArrayList<>();
        for (JsonNode intent :
                http.get(request("/v1/payment_intents?limit=1000").build()).path("data")) {
            intents.add(new Intent(
                    intent.path("id").asText(),
                    intent.path("metadata").path("registration_id").asText(),
                    intent.path("status").asText(),
                    intent.path("amount").asLong(),
                    intent.path("currency").asText(),
                    refunded(intent)));
        }
        return intents;
    }

    private static long refunded(JsonNode intent) {
        long refunded = 0;
        for (JsonNode charge : intent.path("charges").path("data")) {
            refunded += charge.path("amount_refunded").asLong();
        }
        return refunded;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url().resolve(path)).header("Authorization", "Bearer " + SECRET_KEY);
    }

    @Override
    public void close() {
        program.close();
    }
}
