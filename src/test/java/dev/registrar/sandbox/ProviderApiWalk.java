package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.sandbox.ProviderApiDocument.Exchange;
import dev.registrar.sandbox.ProviderApiDocument.Operation;
import dev.registrar.sandbox.SandboxClient.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Provokes every outcome of every operation of a sandbox, starting from the document's example requests, and records
 * the exchanges. Not thread-safe.
 */
final class ProviderApiWalk {

    /** The statuses that any operation returns only under the fault {@code status}; refunds also fail with 500. */
    static final Set<Integer> BY_FAULT = Set.of(401, 403, 408, 429, 500, 503);

    private static final Duration BEYOND_REFUND_FAILS_AFTER = Duration.ofMinutes(2);
    private static final Map<String, String> KEY_PREFIXES = Map.of(
            "createProfile",
            "profile:",
            "charge",
            "charge:",
            "refund",
            "refund:",
            "sendEmail",
            "email:",
            "sendSms",
            "sms:");

    private final ProviderApiDocument document;
    private final SandboxClient client;
    private final Consumer<Duration> forward;
    private final List<Exchange> exchanges = new ArrayList<>();
    private int registrations;

    /** @param forward advances the sandbox's clock */
    ProviderApiWalk(ProviderApiDocument document, SandboxClient client, Consumer<Duration> forward) {
        this.document = document;
        this.client = client;
        this.forward = forward;
    }

    List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** All outcomes except those of the fault {@code status}. */
    ProviderApiWalk everyOutcome() throws IOException {
        profiles();
        charges();
        searchesAndVoids();
        refunds();
        messages("sendEmail");
        messages("sendSms");
        for (String keyed : List.of("createProfile", "charge", "sendEmail", "sendSms")) {
            keyInProgress(keyed, exampleOf(keyed), registration());
        }
        keyInProgress("refund", exampleOf("refund"), registration(), charged(registration(), "pm_card_ok"));
        for (Operation operation : document.operations()) {
            if (!operation.request().node().isMissingNode()) {
                send(operation.id(), "{}", registration(), "none");
                sendTooLarge(operation);
            }
        }
        dishonestAnswers();
        return this;
    }

    /** Every status of {@link #BY_FAULT} from every operation. */
    ProviderApiWalk everyFault() throws IOException {
        for (Operation operation : document.operations()) {
            for (int status : BY_FAULT) {
                boolean timed = status == 429 || status == 503;
                fault(operation.service(), "status", ", \"status\": " + status + (timed ? ", \"retryAfter\": 7" : ""));
                send(operation.id(), exampleOf(operation.id()), registration(), "none");
            }
        }
        return this;
    }

    private void profiles() throws IOException {
        String registration = registration();
        ObjectNode body = profile(registration, "u-1");
        send("createProfile", body, registration);
        send("createProfile", body, registration);
        send("createProfile", body.deepCopy().put("fullName", "Ada King"), registration);
        send("createProfile", profile(registration(), "u-1"), registration());
        send("createProfile", profile(registration(), "u-2").putNull("phoneNumber"), registration());

        String etag = header(send("getProfile", "", registration, "u-1"), "ETag");
        send("getProfile", "", registration, "nobody");

        ObjectNode change = exampleOf("updateProfile");
        sendIfMatch("updateProfile", change.toString(), etag, "u-1");
        sendIfMatch("updateProfile", change.toString(), etag, "u-1");
        sendIfMatch("updateProfile", change.toString(), etag, "nobody");
        sendIfMatch("deleteProfile", "", etag, "u-1");
        sendIfMatch("deleteProfile", "", header(send("getProfile", "", "", "u-1"), "ETag"), "u-1");
        sendIfMatch("deleteProfile", "", etag, "u-1");
        send("deleteProfile", "", "", "u-2");
    }

    private void charges() throws IOException {
        for (String token : List.of("pm_card_ok", "pm_wrong_amount", "pm_charged_twice", "pm_pending_then_ok")) {
            String registration = registration();
            send("charge", charge(registration, token), registration);
            send("charge", charge(registration, token), registration);
        }
        for (String token : List.of("pm_card_declined", "pm_insufficient_funds", "pm_unheard_of")) {
            String registration = registration();
            send("charge", charge(registration, token), registration);
            send("charge", charge(registration, token), registration);
            search("idempotencyKey", "charge:" + registration);
        }
        String registration = registration();
        send("charge", charge(registration, "pm_card_ok").put("currency", "JPY").put("amount", 4990), registration);
        send("charge", charge(registration, "pm_card_ok").put("amount", 1), registration);
        search("reference", registration);
    }

    private void searchesAndVoids() throws IOException {
        String twice = registration();
        send("getPayment", "", "", charged(twice, "pm_charged_twice"));
        search("reference", twice);
        search("idempotencyKey", "charge:" + registration());
        search("key", twice);
        send("getPayment", "", "", "none");

        String pending = registration();
        charged(pending, "pm_pending_then_ok");
        send("voidPayment", voidOf(pending), "");
        send("voidPayment", voidOf(pending), "");
        search("idempotencyKey", "charge:" + pending);
        String never = registration();
        send("voidPayment", voidOf(never), "");
        send("charge", charge(never, "pm_card_ok"), never);
    }

    private void refunds() throws IOException {
        String registration = registration();
        String payment = charged(registration, "pm_card_ok");
        ObjectNode part = exampleOf("refund");
        send("refund", part, registration, payment);
        send("refund", part, registration, payment);
        send("refund", part.deepCopy().put("amount", 1), registration, payment);
        send("refund", part.deepCopy().put("amount", 49), registration(), payment);
        send("refund", part.deepCopy().put("currency", "EUR"), registration(), payment);
        send("refund", part, registration(), "none");
        send("getPayment", "", "", payment);

        send("refund", part, registration(), charged(registration(), "pm_refund_fails_3"));
        String slow = charged(registration(), "pm_refund_pending");
        send("refund", part, registration(), slow);
        send("getPayment", "", "", slow);
        String reversed = charged(registration(), "pm_refund_fails_late");
        send("refund", part, registration(), reversed);
        forward.accept(BEYOND_REFUND_FAILS_AFTER);
        send("getPayment", "", "", reversed);
    }

    private void messages(String operation) throws IOException {
        String registration = registration();
        send(operation, exampleOf(operation), registration);
        send(operation, exampleOf(operation), registration);
        send(operation, exampleOf(operation).put("locale", "de-AT"), registration);
    }

    /** The first request is reset and takes effect only after ten minutes: until then its key is in progress. */
    private void keyInProgress(String operation, ObjectNode body, String registration, String... path)
            throws IOException {
        fault(document.operation(operation).service(), "late", ", \"millis\": 600000");
        try {
            send(operation, body, registration, path);
        } catch (IOException expected) {
            send(operation, body, registration, path);
            return;
        }
        throw new AssertionError("answered under the fault late");
    }

    /** Untrue responses are still well-formed. */
    private void dishonestAnswers() throws IOException {
        String registration = registration();
        fault("payment", "wrong_amount", "");
        String payment = charged(registration, "pm_card_ok");
        fault("payment", "wrong_amount", "");
        send("getPayment", "", "", payment);
        fault("payment", "wrong_amount", "");
        send("refund", exampleOf("refund"), registration, payment);
        fault("payment", "stale", ", \"millis\": 600000");
        search("reference", registration);
        fault("payment", "decline_after", "");
        send("charge", exampleOf("charge"), registration());
        for (String operation : List.of("charge", "sendEmail", "sendSms")) {
            for (String kind : List.of("double", "lie")) {
                fault(document.operation(operation).service(), kind, "");
                send(operation, exampleOf(operation), registration());
            }
        }
    }

    void fault(String service, String kind, String more) throws IOException {
        client.faults("[{\"service\": \"%s\", \"kind\": \"%s\", \"times\": 1%s}]".formatted(service, kind, more));
    }

    /** The document's example request body, to be modified. */
    ObjectNode exampleOf(String operation) {
        JsonNode example =
                document.examples(document.operation(operation).request()).get("example");
        return example instanceof ObjectNode body ? body.deepCopy() : JsonNodeFactory.instance.objectNode();
    }

    /** An unused registration id. */
    String registration() {
        registrations++;
        return "0f8e1c1a-0000-4000-8000-%012d".formatted(registrations);
    }

    private ObjectNode profile(String registration, String userId) {
        return exampleOf("createProfile").put("userId", userId).put("registrationId", registration);
    }

    private ObjectNode charge(String registration, String token) {
        return exampleOf("charge").put("reference", registration).put("paymentMethod", token);
    }

    private ObjectNode voidOf(String registration) {
        return exampleOf("voidPayment").put("idempotencyKey", "charge:" + registration);
    }

    private String charged(String registration, String token) throws IOException {
        Exchange made = send("charge", charge(registration, token), registration);
        return made.answer().path("transactionId").asText();
    }

    private void search(String name, String value) throws IOException {
        record("GET", document.operation("searchPayments").target() + "?" + name + "=" + value, "");
    }

    private static String header(Exchange exchange, String name) {
        String value = exchange.answerHeader(name);
        if (value == null) {
            throw new AssertionError("no " + name);
        }
        return value;
    }

    private Exchange send(String operation, ObjectNode body, String registration, String... path) throws IOException {
        return send(operation, body.isEmpty() ? "" : body.toString(), registration, path);
    }

    /** Sends with the operation's key for the registration, if it takes one. */
    Exchange send(String operation, String body, String registration, String... path) throws IOException {
        String prefix = KEY_PREFIXES.get(operation);
        Operation asked = document.operation(operation);
        String query = operation.equals("searchPayments") ? "?reference=" + registration : "";
        return prefix == null
                ? record(asked.method(), asked.target(path) + query, body)
                : record(asked.method(), asked.target(path) + query, body, "Idempotency-Key", prefix + registration);
    }

    private void sendIfMatch(String operation, String body, String etag, String userId) throws IOException {
        Operation asked = document.operation(operation);
        record(asked.method(), asked.target(userId), body, "If-Match", etag);
    }

    private Exchange record(String method, String target, String body, String... headers) throws IOException {
        List<String> sent = new ArrayList<>(List.of(headers));
        if (!body.isEmpty()) {
            sent.addAll(List.of("Content-Type", "application/json"));
        }
        Answer answer = client.call(method, target, body, sent.toArray(new String[0]));
        Exchange exchange = Exchange.of(method, target, sent, body, answer);
        exchanges.add(exchange);
        return exchange;
    }

    /** Announces a body that is too large and sends none of it: the response comes without it. */
    private void sendTooLarge(Operation operation) throws IOException {
        String prefix = KEY_PREFIXES.get(operation.id());
        String target = operation.target("none");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), client.port())) {
            socket.setSoTimeout((int) SandboxClient.PATIENCE.toMillis());
            String key = prefix == null ? "" : "Idempotency-Key: " + prefix + registration() + "\r\n";
            String head = operation.method() + " " + target + " HTTP/1.1\r\nHost: a\r\n" + key
                    + "Content-Type: application/json\r\nContent-Length: 70000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String[] parts =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\r\n\r\n", 2);
            Map<String, String> headers = new HashMap<>();
            for (String line : parts[0].split("\r\n", -1)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    headers.put(
                            line.substring(0, colon).toLowerCase(Locale.ROOT),
                            line.substring(colon + 1).strip());
                }
            }
            int status = Integer.parseInt(parts[0].split(" ", 3)[1]);
            exchanges.add(new Exchange(operation.method(), target, Map.of(), "", status, headers, parts[1]));
        }
    }
}
