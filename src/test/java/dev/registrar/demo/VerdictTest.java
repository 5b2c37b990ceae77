package dev.registrar.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.demo.Rule.Check;
import dev.registrar.demo.Rule.Evidence;
import dev.registrar.demo.Witness.JsonHttp;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Verdicts follow what the sandbox shows, right or wrong. */
final class VerdictTest {

    private static final String ID = "70cfeb0c-a7e0-4e21-a73a-d96a7420f15b";

    private final ObjectNode registration = (ObjectNode) JsonHttp.read("""
            {"id": "%s", "userId": "u", "status": "COMPLETED", "compensations": [], "errors": [], "steps": [
              {"name": "profile", "attempts": 1}, {"name": "payment", "attempts": 1, "reference": "tx_1"},
              {"name": "database", "attempts": 1}, {"name": "email", "attempts": 1}, {"name": "sms", "attempts": 1}]}
            """.formatted(ID));
    private final ArrayNode ledger = (ArrayNode) JsonHttp.read("[]");
    private JsonNode balances = balance(1, "49.90");
    private Optional<JsonNode> profile = Optional.of(held());
    private Optional<JsonNode> account = Optional.of(held());

    VerdictTest() {
        request("profile", "create", "profile:" + ID, true);
        request("payment", "charge", "charge:" + ID, true);
        request("email", "send", "email:" + ID, true);
        request("sms", "send", "sms:" + ID, true);
    }

    @Test
    void rightWorldIsRight() {
        assertThat(wrong(Scenario.good())).isEmpty();
    }

    @Test
    void twoEffectiveChargesAreWrong() {
        request("payment", "charge", "charge:" + ID, true);
        balances = balance(2, "99.80");

        assertThat(wrong(Scenario.good()))
                .containsExactly(
                        "charges with an effect: 2, the gateway holds 99.80 USD (should be one, 49.90 USD)",
                        "more than one effect of [charge:" + ID + "]");
    }

    @Test
    void chargeUnderAnotherKeyIsWrong() {
        request("payment", "charge", "charge:other", true);
        balances = balance(2, "99.80");

        assertThat(wrong(Scenario.good())).hasSize(1).first().asString().startsWith("charges with an effect: 2");
    }

    @Test
    void chargeGivenBackIsWrong() {
        balances = balance(1, "0.00");

        assertThat(wrong(Scenario.good())).singleElement().asString().contains("the gateway holds 0.00 USD");
    }

    @Test
    void otherEndIsWrong() {
        registration.put("status", "FAILED");

        assertThat(wrong(Scenario.good())).containsExactly("ended FAILED (should be COMPLETED)");
    }

    @Test
    void missingAccountAndProfileOfAnotherAreWrong() {
        account = Optional.empty();
        assertThat(wrong(Scenario.good())).containsExactly("profile is there, no account of ours");

        ((ObjectNode) profile.orElseThrow()).put("registrationId", "another");
        assertThat(wrong(Scenario.good())).containsExactly("no profile of ours, no account of ours");
    }

    @Test
    void declineThatChargedOrLeftItsProfileIsWrong() {
        registration.put("status", "FAILED");
        registration.withArray("errors").addObject().put("step", "payment").put("code", "payment_declined");
        registration
                .withArray("compensations")
                .addObject()
                .put("action", "delete_profile")
                .put("state", "OPEN");
        account = Optional.empty();

        assertThat(wrong(Scenario.declined()))
                .containsExactly(
                        "charges with an effect: 1, the gateway holds 49.90 USD (should be none)",
                        "profile is there, no account",
                        "undo: delete_profile OPEN");
    }

    @Test
    void declineThatLeftNothingIsRight() {
        registration.put("status", "FAILED");
        registration.withArray("errors").addObject().put("step", "payment").put("code", "payment_declined");
        registration
                .withArray("compensations")
                .addObject()
                .put("action", "delete_profile")
                .put("state", "DONE");
        ledger.remove(1);
        balances = JsonHttp.read("{\"USD\": {\"charges\": 0, \"charged\": 0.00, \"refunded\": 0.00, \"net\": 0.00}}");
        profile = Optional.empty();
        account = Optional.empty();

        assertThat(wrong(Scenario.declined())).isEmpty();
    }

    @Test
    void faultThatDidNotStrikeIsWrong() {
        assertThat(wrong(Scenario.hangsOnce())).containsExactly("the gateway hung on 0 charge, 1 attempts");
        assertThat(wrong(Scenario.answerLost()))
                .containsExactly("the answer of 0 charge was lost, 0 request of the same key got the stored answer");
        assertThat(wrong(Scenario.smsDown()))
                .containsExactly("sms: 1 attempts, 1 requests arrived, 1 had an effect", "no errors");
    }

    private List<String> wrong(Scenario scenario) {
        Evidence evidence = new Evidence(registration, ledger, balances, profile, account);
        return scenario.judge(evidence).stream()
                .filter(check -> !check.passed())
                .map(Check::text)
                .toList();
    }

    private void request(String service, String operation, String key, boolean effect) {
        ledger.addObject()
                .put("service", service)
                .put("operation", operation)
                .put("idempotencyKey", key)
                .put("effect", effect);
    }

    private static JsonNode held() {
        return JsonHttp.read("{\"registrationId\": \"" + ID + "\", \"transactionId\": \"tx_1\"}");
    }

    private static JsonNode balance(int charges, String net) {
        return JsonHttp.read("{\"USD\": {\"charges\": %d, \"net\": %s}}".formatted(charges, net));
    }
}
