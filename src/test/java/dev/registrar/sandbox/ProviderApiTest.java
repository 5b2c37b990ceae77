package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.sandbox.ProviderApiDocument.Exchange;
import dev.registrar.sandbox.ProviderApiDocument.Operation;
import dev.registrar.sandbox.ProviderApiDocument.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The wire protocol as documented in {@code provider-api.json} and as implemented by the sandbox: both agree. */
final class ProviderApiTest extends SandboxTestCase {

    /** Twelve requests; the two searches are one operation. */
    private static final int OPERATIONS = 11;

    private static ProviderApiDocument document;

    private ProviderApiWalk walk;

    @BeforeAll
    static void readDocument() throws IOException {
        document = ProviderApiDocument.shipped();
    }

    @BeforeEach
    void startWalk() {
        walk = new ProviderApiWalk(document, client, clock::forward);
    }

    private List<String> problems(List<Exchange> exchanges) {
        List<String> problems = new ArrayList<>();
        for (Exchange exchange : exchanges) {
            for (String problem : document.problemsOfAnswer(exchange)) {
                problems.add(document.operationOf(exchange).id() + " " + exchange.status() + ": " + problem);
            }
        }
        return problems;
    }

    private Set<String> answers(List<Exchange> exchanges) {
        Set<String> seen = new TreeSet<>();
        exchanges.forEach(e -> seen.add(document.operationOf(e).id() + " " + e.status()));
        return seen;
    }

    @Test
    void everyAnswerOfTheSandboxIsDocumented() throws IOException {
        List<Exchange> exchanges = walk.everyOutcome().everyFault().exchanges();

        assertThat(problems(exchanges)).isEmpty();
        assertThat(exchanges).hasSizeGreaterThan(150);
    }

    @Test
    void everythingDocumentedIsAnsweredByTheSandbox() throws IOException {
        Set<String> seen = answers(walk.everyOutcome().everyFault().exchanges());

        Set<String> documented = new TreeSet<>();
        for (Operation operation : document.operations()) {
            operation.answers().keySet().forEach(status -> documented.add(operation.id() + " " + status));
        }
        assertThat(document.operations()).hasSize(OPERATIONS);
        assertThat(documented).hasSizeGreaterThan(OPERATIONS * ProviderApiWalk.BY_FAULT.size());
        assertThat(seen).containsExactlyElementsOf(documented);
    }

    @Test
    void onlyAnswersThatEveryOperationCanGiveNeedAFault() throws IOException {
        Set<String> honest = answers(walk.everyOutcome().exchanges());

        Set<String> documented = new TreeSet<>();
        for (Operation operation : document.operations()) {
            operation.answers().keySet().stream()
                    .filter(status -> !ProviderApiWalk.BY_FAULT.contains(Integer.valueOf(status)))
                    .forEach(status -> documented.add(operation.id() + " " + status));
        }
        documented.add("refund 500");
        assertThat(honest).containsExactlyElementsOf(documented);
    }

    @Test
    void everyCodeOfTheSandboxHasAnExampleAndEveryExampleACode() throws IOException {
        Map<String, Set<String>> seen = new HashMap<>();
        for (Exchange exchange : walk.everyOutcome().exchanges()) {
            if (exchange.status() >= 400 && !ProviderApiWalk.BY_FAULT.contains(exchange.status())) {
                String answer = document.operationOf(exchange).id() + " " + exchange.status();
                seen.computeIfAbsent(answer, key -> new TreeSet<>())
                        .add(exchange.answer().path("code").asText());
            }
        }

        Map<String, Set<String>> documented = new HashMap<>();
        for (Operation operation : document.operations()) {
            operation.answers().forEach((status, answer) -> {
                int number = Integer.parseInt(status);
                if (number >= 400 && !ProviderApiWalk.BY_FAULT.contains(number)) {
                    Map<String, JsonNode> examples = document.examples(answer);
                    examples.forEach((name, example) ->
                            assertThat(example.path("code").asText()).isEqualTo(name));
                    documented.put(operation.id() + " " + status, new TreeSet<>(examples.keySet()));
                }
            });
        }
        assertThat(documented).isNotEmpty().isEqualTo(seen);
    }

    @Test
    void everyStatusOfAPaymentAndOfARefundIsShownByTheSandbox() throws IOException {
        Set<String> payments = new TreeSet<>();
        Set<String> refunds = new TreeSet<>();
        for (Exchange exchange : walk.everyOutcome().exchanges()) {
            if (exchange.status() < 300
                    && document.operationOf(exchange).service().equals("payment")) {
                JsonNode answer = exchange.answer();
                List<JsonNode> shown = new ArrayList<>();
                answer.path("items").forEach(shown::add);
                shown.add(answer);
                for (JsonNode payment : shown) {
                    if (payment.has("refunds")) {
                        payments.add(payment.path("status").asText());
                        payment.path("refunds")
                                .forEach(refund ->
                                        refunds.add(refund.path("status").asText()));
                    }
                }
            }
        }

        assertThat(payments).isEqualTo(document.enumOf("Payment", "status")).hasSize(4);
        assertThat(refunds).isEqualTo(document.enumOf("Refund", "status")).hasSize(3);
    }

    @Test
    void sandboxRefusesARequestAsMalformedExactlyIfItIsNotAsDocumented() throws IOException {
        List<Exchange> exchanges = walk.everyOutcome().everyFault().exchanges();

        int refused = 0;
        for (Exchange exchange : exchanges) {
            if (exchange.status() != 413) {
                List<String> problems = document.problemsOfRequest(exchange);
                assertThat(problems.isEmpty()).as(exchange + " " + problems).isEqualTo(exchange.status() != 400);
                refused += problems.isEmpty() ? 0 : 1;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void everyExampleIsAsDocumented() {
        int checked = 0;
        for (Operation operation : document.operations()) {
            Map<String, Place> places = new HashMap<>(operation.answers());
            places.put("request", operation.request());
            for (Map.Entry<String, Place> place : places.entrySet()) {
                for (JsonNode example : document.examples(place.getValue()).values()) {
                    assertThat(document.problemsOfExample(place.getValue(), example))
                            .as(operation.id() + " " + place.getKey() + " " + example)
                            .isEmpty();
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "malformed | '' | not JSON",
                "empty | '' | no body",
                "huge | '' | 'padding'",
                "status | , \"status\": 418 | status 418 is not documented",
                "empty | , \"status\": 202 | status 202 is not documented"
            })
    void brokenAnswerOfTheSandboxIsFound(String kind, String more, String problem) throws IOException {
        walk.fault("payment", kind, more);

        Exchange broken = walk.send("charge", walk.exampleOf("charge").toString(), walk.registration());

        assertThat(document.problemsOfAnswer(broken)).singleElement().asString().contains(problem);
    }

    @Test
    void weakEtagIsFound() throws IOException {
        walk.send("createProfile", walk.exampleOf("createProfile").toString(), walk.registration());
        walk.fault("profile", "weak_etag", "");

        Exchange weak = walk.send("getProfile", "", "", "u-1001");

        assertThat(document.problemsOfAnswer(weak)).singleElement().asString().startsWith("ETag");
    }

    @ParameterizedTest
    @ValueSource(strings = {"transactionId", "status", "amount", "currency", "captured", "reference"})
    void answerWithoutAFieldIsFound(String field) throws IOException {
        Exchange whole = walk.send("charge", walk.exampleOf("charge").toString(), walk.registration());
        assertThat(document.problemsOfAnswer(whole)).isEmpty();

        JsonNode body = ((ObjectNode) whole.answer()).without(field);

        assertThat(document.problemsOfAnswer(whole.answered(201, whole.answerHeaders(), body.toString())))
                .singleElement()
                .asString()
                .contains(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"status\":\"succeeded\" | \"status\":\"declined\"",
                "\"status\":\"succeeded\" | \"status\":\"settled\"",
                "\"captured\":49.90 | \"captured\":\"49.90\"",
                "\"currency\":\"USD\" | \"currency\":\"usd\"",
                "\"transactionId\":\"tx_ | \"transactionId\":\"ü",
                "\"refunds\":[] | \"refunds\":[{\"amount\":1,\"status\":\"done\"}]",
                "\"refunds\":[] | \"refunded_by\":[]",
                "Z\"} | \"}"
            })
    void answerWithAnotherValueIsFound(String honest, String planted) throws IOException {
        Exchange whole = walk.send("charge", walk.exampleOf("charge").toString(), walk.registration());
        assertThat(whole.answerBody()).contains(honest);

        String body = whole.answerBody().replace(honest, planted);

        assertThat(document.problemsOfAnswer(whole.answered(201, whole.answerHeaders(), body)))
                .isNotEmpty();
    }

    @Test
    void headerInTheWrongPlaceIsFound() throws IOException {
        Exchange whole = walk.send("charge", walk.exampleOf("charge").toString(), walk.registration());
        Map<String, String> headers = new HashMap<>(whole.answerHeaders());
        headers.put("retry-after", "7");

        assertThat(document.problemsOfAnswer(whole.answered(201, headers, whole.answerBody())))
                .containsExactly("header Retry-After is not documented");
        assertThat(document.problemsOfRequest(whole.requested(
                        Map.of("content-type", "application/json", "if-match", "\"v1\""), whole.requestBody())))
                .containsExactlyInAnyOrder("Idempotency-Key is missing", "header If-Match is not documented");
    }
}
