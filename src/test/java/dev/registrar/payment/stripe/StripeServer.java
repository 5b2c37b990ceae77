package dev.registrar.payment.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stripe as documented, on a free loopback port: PaymentIntents and refunds with their states, and idempotency by key
 * with stored responses, including 500s. Responses can be lost, replaced or changed in transit. The payment method
 * selects what a confirmation does: {@code pm_ok}, {@code pm_declined}, {@code pm_action}, {@code pm_processing}.
 */
final class StripeServer implements AutoCloseable {

    /** The kind of a request. */
    enum Call {
        CREATE,
        CONFIRM,
        CANCEL,
        GET,
        LIST,
        REFUND,
        REFUNDS
    }

    /** What happens to one request. */
    enum Fault {
        /** It takes no effect, and the connection closes without a response. */
        LOST_BEFORE,
        /** It takes effect, its response is stored, and the connection closes without it. */
        LOST_AFTER,
        /** It fails, and the 500 is stored under its key. */
        STORED_500,
        /** It takes effect, and a 500 is stored under its key. */
        STORED_500_AFTER,
        /** Another request with its key is in progress. */
        IN_USE,
        LIMITED,
        FORBIDDEN,
        /** An error on the way to Stripe; nothing is stored. */
        BAD_GATEWAY
    }

    /** One request as received; header names in lower case, parameters decoded and in order. */
    record Request(Call call, String path, Map<String, String> headers, Map<String, String> parameters) {}

    private record Answer(int status, JsonNode body) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, ObjectNode> intents = new LinkedHashMap<>();
    private final Map<String, ObjectNode> refunds = new LinkedHashMap<>();
    private final Map<String, Answer> stored = new HashMap<>();
    private final Map<String, String> bodies = new HashMap<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final Map<Call, Deque<Fault>> faults = new EnumMap<>(Call.class);
    private final Map<Call, Consumer<ObjectNode>> changes = new EnumMap<>(Call.class);
    private final Map<Call, Answer> replaced = new EnumMap<>(Call.class);
    private String refundStatus = "succeeded";
    private long now = Instant.now().getEpochSecond();
    private int made;

    StripeServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    List<Call> calls() {
        return requests().stream().map(Request::call).toList();
    }

    Request last(Call call) {
        return requests().stream()
                .filter(request -> request.call() == call)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** Applies these faults to the next requests of this kind, in order. */
    synchronized void will(Call call, Fault... next) {
        faults.computeIfAbsent(call, unused -> new ArrayDeque<>()).addAll(List.of(next));
    }

    /** Changes the bodies of all further responses to such requests. */
    synchronized void change(Call call, Consumer<ObjectNode> change) {
        changes.put(call, change);
    }

    /** Replaces all further responses to such requests. */
    synchronized void answer(Call call, int status, String body) throws IOException {
        replaced.put(call, new Answer(status, JSON.readTree(body)));
    }

    /** Forgets all keys, as Stripe does after 24 hours. */
    synchronized void forgetKeys() {
        stored.clear();
        bodies.clear();
    }

    /** Sets the status of all further refunds. */
    synchronized void refundsBecome(String status) {
        refundStatus = status;
    }

    /** Puts an intent into this state, as Stripe or its customer could. */
    synchronized void become(String id, String status) {
        state(Objects.requireNonNull(intents.get(id)), status);
    }

    /** The statuses of the intents with this reference. */
    synchronized List<String> statuses(String registration) {
        return intents.values().stream()
                .filter(intent ->
                        intent.path("metadata").path("registration_id").asText().equals(registration))
                .map(intent -> intent.path("status").asText())
                .toList();
    }

    /** The ids of all intents, in order of creation. */
    synchronized List<String> ids() {
        return List.copyOf(intents.keySet());
    }

    synchronized long refunded() {
        return refunds.values().stream()
                .filter(refund -> refund.path("status").asText().equals("succeeded"))
                .mapToLong(refund -> refund.path("amount").asLong())
                .sum();
    }

    /** Creates intents of other customers this long ago. */
    synchronized void others(int number, long secondsAgo) {
        for (int i = 0; i < number; i++) {
            ObjectNode intent = intent(Map.of("amount", "100", "currency", "usd"));
            intent.put("created", now - secondsAgo);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String query = exchange.getRequestURI().getRawQuery();
        String path = exchange.getRequestURI().getPath();
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        Call call = call(exchange.getRequestMethod(), path);
        requests.add(new Request(call, path, headers, parameters(query == null ? text : query)));
        Answer answer = answer(call, path, headers.get("idempotency-key"), query == null ? text : query);
        if (answer == null) {
            exchange.close();
            return;
        }
        byte[] body = JSON.writeValueAsBytes(answer.body());
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Request-Id", "req_" + requests.size());
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static Call call(String method, String path) {
        if (method.equals("POST")) {
            if (path.equals("/v1/payment_intents")) {
                return Call.CREATE;
            }
            if (path.equals("/v1/refunds")) {
                return Call.REFUND;
            }
            return path.endsWith("/confirm") ? Call.CONFIRM : Call.CANCEL;
        }
        if (path.equals("/v1/refunds")) {
            return Call.REFUNDS;
        }
        return path.equals("/v1/payment_intents") ? Call.LIST : Call.GET;
    }

    /** Returns null if the connection is to close without a response. */
    private synchronized @Nullable Answer answer(Call call, String path, @Nullable String key, String text) {
        Fault fault = faults.getOrDefault(call, new ArrayDeque<>()).poll();
        if (fault == Fault.LOST_BEFORE) {
            return null;
        }
        if (fault == Fault.IN_USE) {
            return error(409, "invalid_request_error", "idempotency_key_in_use");
        }
        if (fault == Fault.LIMITED) {
            return error(429, "invalid_request_error", "rate_limit");
        }
        if (fault == Fault.FORBIDDEN) {
            return error(403, "invalid_request_error", "secret_key_required");
        }
        if (fault == Fault.BAD_GATEWAY) {
            return new Answer(502, JSON.createObjectNode());
        }
        if (replaced.containsKey(call)) {
            return replaced.get(call);
        }
        Answer answer = once(call, path, key, text, fault);
        if (changes.containsKey(call) && answer.status() == 200) {
            ObjectNode changed = answer.body().deepCopy();
            changes.get(call).accept(changed);
            answer = new Answer(200, changed);
        }
        return fault == Fault.LOST_AFTER ? null : answer;
    }

    /** Executes the request unless its key has a stored response. Refused requests are not stored. */
    private Answer once(Call call, String path, @Nullable String key, String text, @Nullable Fault fault) {
        if (key != null && stored.containsKey(key)) {
            boolean same = (path + "?" + text).equals(bodies.get(key));
            return same ? stored.get(key) : error(400, "idempotency_error", null);
        }
        Answer answer =
                fault == Fault.STORED_500 ? error(500, "api_error", null) : execute(call, path, parameters(text));
        if (fault == Fault.STORED_500_AFTER) {
            answer = error(500, "api_error", null);
        }
        if (key != null && answer.status() != 400) {
            bodies.put(key, path + "?" + text);
            stored.put(key, new Answer(answer.status(), answer.body().deepCopy()));
        }
        return answer;
    }

    private Answer execute(Call call, String path, Map<String, String> parameters) {
        return switch (call) {
            case CREATE -> new Answer(200, intent(parameters).deepCopy());
            case CONFIRM -> confirm(path.split("/", -1)[3]);
            case CANCEL -> cancel(path.split("/", -1)[3]);
            case GET -> get(path.split("/", -1)[3]);
            case LIST -> list(parameters);
            case REFUND -> refund(parameters);
            case REFUNDS ->
                page(
                        refunds.values().stream()
                                .filter(refund ->
                                        refund.path("payment_intent").asText().equals(parameters.get("payment_intent")))
                                .toList(),
                        parameters);
        };
    }

    private ObjectNode intent(Map<String, String> parameters) {
        ObjectNode intent = JSON.createObjectNode();
        String id = "pi_" + ++made;
        intent.put("id", id).put("object", "payment_intent").put("amount", Long.parseLong(parameters.get("amount")));
        intent.put("currency", parameters.get("currency")).put("created", now).put("amount_received", 0);
        intent.put("payment_method", parameters.get("payment_method"));
        intent.put("latest_charge", (String) null).put("client_secret", id + "_secret");
        ObjectNode metadata = intent.putObject("metadata");
        parameters.forEach((name, value) -> {
            if (name.startsWith("metadata[")) {
                metadata.put(name.substring(9, name.length() - 1), value);
            }
        });
        intent.putNull("last_payment_error");
        state(intent, "requires_confirmation");
        intents.put(id, intent);
        return intent;
    }

    private static void state(ObjectNode intent, String status) {
        intent.put("status", status);
        intent.put(
                "amount_received",
                status.equals("succeeded") ? intent.path("amount").asLong() : 0);
    }

    private Answer confirm(String id) {
        ObjectNode intent = intents.get(id);
        if (intent == null) {
            return error(404, "invalid_request_error", "resource_missing");
        }
        if (!intent.path("status").asText().equals("requires_confirmation")) {
            return error(400, "invalid_request_error", "payment_intent_unexpected_state");
        }
        switch (intent.path("payment_method").asText()) {
            case "pm_action" -> state(intent, "requires_action");
            case "pm_processing" -> state(intent, "processing");
            case "pm_declined" -> {
                Answer declined = error(402, "card_error", "card_declined");
                ObjectNode error = (ObjectNode) declined.body().path("error");
                error.put("decline_code", "insufficient_funds");
                intent.set("last_payment_error", error.deepCopy());
                state(intent, "requires_payment_method");
                error.set("payment_intent", intent.deepCopy());
                return declined;
            }
            default -> state(intent, "succeeded");
        }
        return new Answer(200, intent.deepCopy());
    }

    private Answer cancel(String id) {
        ObjectNode intent = intents.get(id);
        if (intent == null) {
            return error(404, "invalid_request_error", "resource_missing");
        }
        if (!intent.path("status").asText().startsWith("requires_")) {
            return error(400, "invalid_request_error", "payment_intent_unexpected_state");
        }
        state(intent, "canceled");
        return new Answer(200, intent.deepCopy());
    }

    private Answer get(String id) {
        ObjectNode intent = intents.get(id);
        return intent == null
                ? error(404, "invalid_request_error", "resource_missing")
                : new Answer(200, intent.deepCopy());
    }

    private Answer list(Map<String, String> parameters) {
        long from = Long.parseLong(parameters.getOrDefault("created[gte]", "0"));
        long to = Long.parseLong(parameters.getOrDefault("created[lte]", "" + Long.MAX_VALUE));
        List<ObjectNode> newestFirst = new ArrayList<>(intents.values());
        Collections.reverse(newestFirst);
        return page(
                newestFirst.stream()
                        .filter(intent -> intent.path("created").asLong() >= from)
                        .filter(intent -> intent.path("created").asLong() <= to)
                        .toList(),
                parameters);
    }

    private Answer refund(Map<String, String> parameters) {
        ObjectNode intent = intents.get(parameters.get("payment_intent"));
        long amount = Long.parseLong(parameters.get("amount"));
        if (intent == null || !intent.path("status").asText().equals("succeeded")) {
            return error(400, "invalid_request_error", "charge_not_refundable");
        }
        if (refunded() + amount > intent.path("amount").asLong()) {
            return error(400, "invalid_request_error", "charge_already_refunded");
        }
        ObjectNode refund = JSON.createObjectNode();
        String id = "re_" + ++made;
        refund.put("id", id)
                .put("amount", amount)
                .put("currency", intent.path("currency").asText());
        refund.put("payment_intent", intent.path("id").asText()).put("status", refundStatus);
        ObjectNode metadata = refund.putObject("metadata");
        metadata.put("idempotency_key", parameters.get("metadata[idempotency_key]"));
        refunds.put(id, refund);
        return new Answer(200, refund.deepCopy());
    }

    private static Answer page(List<ObjectNode> all, Map<String, String> parameters) {
        int from = 0;
        while (parameters.containsKey("starting_after")
                && !all.get(from++).path("id").asText().equals(parameters.get("starting_after"))) {}
        int to = Math.min(all.size(), from + Integer.parseInt(parameters.get("limit")));
        ObjectNode page = JSON.createObjectNode();
        ArrayNode data =
                page.put("object", "list").put("has_more", to < all.size()).putArray("data");
        all.subList(from, to).forEach(item -> data.add(item.deepCopy()));
        return new Answer(200, page);
    }

    private static Answer error(int status, String type, @Nullable String code) {
        ObjectNode body = JSON.createObjectNode();
        body.putObject("error").put("type", type).put("code", code).put("message", "ada@example.com said no");
        return new Answer(status, body);
    }

    private static Map<String, String> parameters(String encoded) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : encoded.isEmpty() ? new String[0] : encoded.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
