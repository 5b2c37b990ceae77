package dev.registrar.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** One expectation about the end of a registration, checked against the evidence alone. */
interface Rule {

    Check judge(Evidence evidence);

    static Rule endsAs(String status) {
        return evidence -> new Check(
                evidence.status().equals(status), "ended " + evidence.status() + unless(evidence.status(), status));
    }

    /** Exactly one charge had an effect, it was this registration's, and the gateway holds exactly the price. */
    static Rule chargedOnce(BigDecimal price, String currency) {
        return evidence -> {
            List<JsonNode> charges = evidence.effects("payment", "charge");
            JsonNode balance = evidence.balances().path(currency);
            boolean one = charges.size() == 1
                    && charges.get(0).path("idempotencyKey").asText().equals("charge:" + evidence.id())
                    && evidence.balances().size() == 1
                    && balance.path("charges").asInt() == 1
                    && net(balance).compareTo(price) == 0;
            return new Check(
                    one,
                    one
                            ? "charged once: " + money(price, currency)
                            : "charges with an effect: " + charges.size() + ", the gateway holds " + held(evidence)
                                    + " (should be one, " + money(price, currency) + ")");
        };
    }

    /** Nothing is held, and nothing was ever taken. */
    static Rule neverCharged() {
        return evidence -> {
            int charges = evidence.effects("payment", "charge").size();
            boolean nothing = StreamSupport.stream(evidence.balances().spliterator(), false)
                    .allMatch(balance -> net(balance).signum() == 0
                            && balance.path("charges").asInt() == 0);
            return new Check(
                    charges == 0 && nothing,
                    charges == 0 && nothing
                            ? "not charged"
                            : "charges with an effect: " + charges + ", the gateway holds " + held(evidence)
                                    + " (should be none)");
        };
    }

    /** No key had more than one effect, whatever was repeated. */
    static Rule noKeyTwice() {
        return evidence -> {
            Map<String, Integer> effects = new HashMap<>();
            evidence.requests().stream()
                    .filter(entry -> entry.path("effect").asBoolean()
                            && entry.path("idempotencyKey").isTextual())
                    .forEach(entry -> effects.merge(entry.path("idempotencyKey").asText(), 1, Integer::sum));
            List<String> twice = effects.entrySet().stream()
                    .filter(key -> key.getValue() > 1)
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
            return new Check(
                    twice.isEmpty(),
                    twice.isEmpty()
                            ? evidence.requests().size() + " requests to the providers, none did anything twice"
                            : "more than one effect of " + twice);
        };
    }

    static Rule profileAndAccountThere() {
        return evidence -> {
            boolean profile = ours(evidence, evidence.profile().orElse(null));
            boolean account = ours(evidence, evidence.account().orElse(null));
            String transaction = evidence.step("payment").path("reference").asText();
            boolean paid = account
                    && evidence.account()
                            .orElseThrow()
                            .path("transactionId")
                            .asText()
                            .equals(transaction);
            return new Check(
                    profile && paid,
                    (profile ? "profile is there" : "no profile of ours")
                            + (paid
                                    ? ", account is there with its payment"
                                    : account ? ", account without its payment" : ", no account of ours"));
        };
    }

    static Rule profileAndAccountGone() {
        return evidence -> {
            boolean gone = evidence.profile().isEmpty() && evidence.account().isEmpty();
            int created = evidence.effects("profile", "create").size();
            return new Check(
                    gone && created == 1,
                    (evidence.profile().isEmpty()
                                    ? "profile is gone"
                                            + (created == 1
                                                    ? " (it was made once)"
                                                    : " (it was made " + created + " times)")
                                    : "profile is there")
                            + (evidence.account().isEmpty() ? ", no account" : ", account is there"));
        };
    }

    static Rule noErrors() {
        return evidence ->
                new Check(evidence.errors().isEmpty(), evidence.errors().isEmpty() ? "no errors" : codes(evidence));
    }

    /** One error of this step and no other. */
    static Rule oneError(String step, String codePrefix) {
        return evidence -> {
            boolean one = evidence.errors().size() == 1
                    && evidence.errors().get(0).path("step").asText().equals(step)
                    && evidence.errors().get(0).path("code").asText().startsWith(codePrefix);
            return new Check(one, codes(evidence));
        };
    }

    static Rule nothingToUndo() {
        return evidence -> new Check(
                evidence.compensations().isEmpty(),
                evidence.compensations().isEmpty() ? "nothing to undo" : undo(evidence));
    }

    static Rule undone(String action) {
        return evidence -> {
            boolean done = evidence.compensations().size() == 1
                    && evidence.compensations().get(0).path("action").asText().equals(action)
                    && evidence.compensations().get(0).path("state").asText().equals("DONE");
            return new Check(done, undo(evidence));
        };
    }

    /** The step's attempts equal the requests that reached the provider, and none of them had an effect. */
    static Rule triedInVain(String step, String service, String operation) {
        return evidence -> {
            int attempts = evidence.step(step).path("attempts").asInt();
            int requests = evidence.requests(service, operation).size();
            int effects = evidence.effects(service, operation).size();
            return new Check(
                    attempts == requests && attempts > 1 && effects == 0,
                    step + ": " + attempts + " attempts, " + requests + " requests arrived, " + effects
                            + " had an effect");
        };
    }

    static Rule messageSent(String service) {
        return evidence -> {
            int sent = evidence.effects(service, "send").size();
            return new Check(sent == 1, service + ": messages sent: " + sent + unless(sent, 1));
        };
    }

    /** The fault hit one charge, and one more attempt settled it. */
    static Rule hungOnceThenCharged() {
        return evidence -> {
            List<JsonNode> hung = struck(evidence, "hang_before");
            int attempts = evidence.step("payment").path("attempts").asInt();
            return new Check(
                    hung.size() == 1 && !hung.get(0).path("effect").asBoolean() && attempts == 2,
                    "the gateway hung on " + hung.size() + " charge, " + attempts + " attempts");
        };
    }

    /** The charge with the lost answer took effect, and a retry under its key returned the same charge. */
    static Rule answerLostThenReplayed() {
        return evidence -> {
            List<JsonNode> lost = struck(evidence, "reset_after");
            long replayed = evidence.requests("payment", "charge").stream()
                    .filter(entry -> entry.path("replay").asText().equals("replayed"))
                    .count();
            return new Check(
                    lost.size() == 1 && lost.get(0).path("effect").asBoolean() && replayed == 1,
                    "the answer of " + lost.size() + " charge was lost, " + replayed
                            + " request of the same key got the stored answer");
        };
    }

    private static List<JsonNode> struck(Evidence evidence, String fault) {
        return evidence.requests("payment", "charge").stream()
                .filter(entry -> entry.path("fault").asText().equals(fault))
                .toList();
    }

    private static boolean ours(Evidence evidence, @Nullable JsonNode held) {
        return held != null && held.path("registrationId").asText().equals(evidence.id());
    }

    private static BigDecimal net(JsonNode balance) {
        return balance.path("net").decimalValue();
    }

    private static String held(Evidence evidence) {
        String held = evidence.balances().properties().stream()
                .map(balance -> money(net(balance.getValue()), balance.getKey()))
                .collect(Collectors.joining(" and "));
        return held.isEmpty() ? "nothing" : held;
    }

    private static String codes(Evidence evidence) {
        String codes = evidence.errors().stream()
                .map(error -> error.path("code").asText())
                .collect(Collectors.joining(", "));
        return codes.isEmpty() ? "no errors" : "errors: " + codes;
    }

    private static String undo(Evidence evidence) {
        String undo = evidence.compensations().stream()
                .map(row ->
                        row.path("action").asText() + " " + row.path("state").asText())
                .collect(Collectors.joining(", "));
        return undo.isEmpty() ? "nothing was undone" : "undo: " + undo;
    }

    private static String unless(Object found, Object wanted) {
        return found.equals(wanted) ? "" : " (should be " + wanted + ")";
    }

    private static String money(BigDecimal amount, String currency) {
        return amount.toPlainString() + " " + currency;
    }

    /** One checked expectation; the text describes what was found. */
    record Check(boolean passed, String text) {}

    /**
     * Everything observed from outside about one registration after its end.
     *
     * @param registration as {@code GET /v1/registrations/{id}} shows it
     * @param ledger every request about its user that reached the sandbox, in order
     * @param balances by currency, what the gateway captured from its user and refunded
     * @param profile the user's profile in the profile API
     * @param account the user's account in the service
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
}
