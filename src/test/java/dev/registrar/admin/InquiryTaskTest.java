package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.admin.RunningRegistrar.Answer;
import dev.registrar.admin.RunningRegistrar.Service;
import java.net.http.HttpRequest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the providers hold, beside our rows. */
@ExtendWith(RunningRegistrar.class)
class InquiryTaskTest {

    private static JsonNode item(Answer answer, String service) {
        for (JsonNode item : answer.json().path("items")) {
            if (item.path("service").asText().equals(service)) {
                return item;
            }
        }
        throw new AssertionError(answer.body());
    }

    private static String verdict(Answer answer, String service) {
        return item(answer, service).path("verdict").asText();
    }

    /** Somebody returns the money in the provider's own console. */
    private static void refundAtTheGateway(Service service, String transaction) {
        Answer refund = service.send(service.sandbox("/payment/payments/" + transaction + "/refunds")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "by-hand-" + UUID.randomUUID())
                .POST(HttpRequest.BodyPublishers.ofString("{\"amount\": \"49.90\", \"currency\": \"USD\"}")));
        assertThat(refund.status()).as(refund.body()).isBetween(200, 299);
    }

    @Test
    void healthyRegistrationAgreesAndIsAudited(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        String id = registration.path("id").asText();
        String transaction = registration.path("steps").get(1).path("reference").asText();

        Answer json = service.task("registration-inquire", "id", id, "actor", "ann", "format", "json");
        Answer text = service.task("registration-inquire", "id", id, "actor", "ann", "reason", "INC-1");

        assertThat(json.status()).as(json.body()).isEqualTo(200);
        assertThat(json.json().path("items").findValuesAsText("service"))
                .containsExactly("profile", "payment", "database", "email", "sms");
        assertThat(json.json().path("items").findValuesAsText("verdict"))
                .containsExactly("agrees", "agrees", "agrees", "not_asked", "not_asked");
        JsonNode payment = item(json, "payment");
        assertThat(payment.path("held").asText()).isEqualTo("succeeded, captured 49.90 USD");
        assertThat(payment.path("ours").asText()).isEqualTo("succeeded");
        assertThat(payment.path("reference").asText()).isEqualTo(transaction);
        assertThat(payment.path("amount").decimalValue()).isEqualByComparingTo("49.90");
        assertThat(payment.path("currency").asText()).isEqualTo("USD");
        assertThat(payment.path("provider").asText()).startsWith("registrar@127.0.0.1");
        assertThat(payment.path("answeredAt").isTextual()).isTrue();
        assertThat(json.json().path("attempts").isArray()).isTrue();
        assertThat(json.json().path("total").asInt()).isEqualTo(5);
        assertThat(text.body()).contains("SERVICE", "agrees", "not asked").endsWith("OK 5\n");
        assertThat(service.audits("registration-inquire", "registration:" + id)).isEqualTo(2);
        assertThat(service.commandSeq(id)).as("nothing is changed").isZero();
        assertThat(service.effects("charge:" + id)).isOne();
    }

    @Test
    void moneyThatWasReturnedAtTheGatewayDiffers(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        String id = registration.path("id").asText();
        refundAtTheGateway(
                service, registration.path("steps").get(1).path("reference").asText());

        Answer answer = service.change("registration-inquire", "id", id);

        assertThat(verdict(answer, "payment")).as(answer.body()).isEqualTo("differs");
        assertThat(item(answer, "payment").path("held").asText())
                .isEqualTo("succeeded, captured 49.90 USD, refunded 49.90 USD");
        assertThat(item(answer, "payment").path("amount").decimalValue()).isEqualByComparingTo("0");
        assertThat(verdict(answer, "profile")).isEqualTo("agrees");
    }

    @Test
    void openRefundAgreesAsLongAsTheGatewayHoldsTheMoney(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        service.leaveUndoOpen(registration);
        String id = registration.path("id").asText();

        Answer before = service.change("registration-inquire", "id", id);
        refundAtTheGateway(
                service, registration.path("steps").get(1).path("reference").asText());
        Answer after = service.change("registration-inquire", "id", id);

        assertThat(item(before, "payment").path("ours").asText()).startsWith("refund ");
        assertThat(verdict(before, "payment")).isEqualTo("agrees");
        assertThat(item(before, "profile").path("ours").asText()).isEqualTo("delete_profile PLANNED");
        assertThat(verdict(before, "profile")).isEqualTo("agrees");
        assertThat(verdict(after, "payment")).isEqualTo("differs");
    }

    @Test
    void declinedRegistrationAgreesThatNothingIsLeft(Service service) {
        String id = service.register("pm_card_declined").path("id").asText();

        Answer answer = service.change("registration-inquire", "id", id);

        assertThat(answer.json().path("items").findValuesAsText("verdict"))
                .as(answer.body())
                .containsExactly("agrees", "agrees", "agrees", "not_asked", "not_asked");
        assertThat(item(answer, "profile").path("held").asText()).isEqualTo("not there");
    }

    @Test
    void providerThatDoesNotAnswerIsReportedBesideThoseThatDo(Service service) {
        String id = service.register("pm_card_ok").path("id").asText();
        service.faults("[{\"service\": \"payment\", \"operation\": \"find\", \"kind\": \"status\", \"status\": 503}]");
        Answer answer;
        try {
            answer = service.change("registration-inquire", "id", id);
        } finally {
            service.faults("[]");
        }

        assertThat(answer.status()).isEqualTo(200);
        assertThat(verdict(answer, "payment")).as(answer.body()).isEqualTo("no_answer");
        assertThat(item(answer, "payment").path("answeredAt").isNull()).isTrue();
        assertThat(verdict(answer, "profile")).isEqualTo("agrees");
    }

    @Test
    void attemptsAreShownAsTheStepsReportThem(Service service) {
        String id = service.register("pm_card_ok").path("id").asText();
        service.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE registrations SET steps = jsonb_set(steps, '{1,failures}', CAST(? AS jsonb))"
                                + " WHERE id = CAST(? AS uuid)",
                        "[{\"attempt\": 1, \"at\": \"2026-02-01T12:00:00Z\", \"outcome\": \"not_sent\"},"
                                + " {\"attempt\": 2, \"at\": \"2026-02-01T12:00:02Z\", \"outcome\": \"unknown\","
                                + " \"httpStatus\": 500, \"code\": \"api_error\", \"requestId\": \"req_1\"}]",
                        id));

        JsonNode attempts =
                service.change("registration-inquire", "id", id).json().path("attempts");
        Answer text = service.task("registration-inquire", "id", id, "actor", "ann");

        assertThat(attempts.findValuesAsText("service")).containsExactly("payment", "payment");
        assertThat(attempts.findValuesAsText("outcome")).containsExactly("not_sent", "unknown");
        assertThat(attempts.get(1).path("httpStatus").asInt()).isEqualTo(500);
        assertThat(attempts.get(1).path("code").asText()).isEqualTo("api_error");
        assertThat(attempts.get(1).path("requestId").asText()).isEqualTo("req_1");
        assertThat(text.body()).contains("attempts:\n  payment 1 2026-02-01T12:00:00Z not_sent", "500 api_error req_1");
    }

    @Test
    void attemptsOfAnUndoAreShownWithItsAction(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        service.leaveUndoOpen(registration);
        String id = registration.path("id").asText();
        String requestId = "req_" + "7".repeat(100);
        service.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET failures = CAST(? AS jsonb)"
                                + " WHERE action = 'refund' AND registration_id = CAST(? AS uuid)",
                        "[{\"attempt\": 3, \"at\": \"2026-02-01T12:00:02Z\", \"outcome\": \"sent\", \"httpStatus\": 409,"
                                + " \"code\": \"charge_disputed\", \"requestId\": \"" + requestId + "\"}]",
                        id));

        JsonNode attempts =
                service.change("registration-inquire", "id", id).json().path("attempts");
        Answer text = service.task("registration-inquire", "id", id, "actor", "ann");

        assertThat(attempts).hasSize(1);
        assertThat(attempts.get(0).path("service").asText()).isEqualTo("payment");
        assertThat(attempts.get(0).path("action").asText()).isEqualTo("refund");
        assertThat(attempts.get(0).path("attempt").asInt()).isEqualTo(3);
        assertThat(attempts.get(0).path("outcome").asText()).isEqualTo("sent");
        assertThat(attempts.get(0).path("requestId").asText()).isEqualTo(requestId);
        assertThat(text.body())
                .contains("attempts:\n  payment refund 3 2026-02-01T12:00:02Z sent 409 charge_disputed", requestId);
        assertThat(text.body().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
    }

    @Test
    void somethingElseThanWasSeenIsNotAskedAbout(Service service) {
        String id = service.register("pm_card_ok").path("id").asText();

        assertThat(service.change("registration-inquire", "id", id, "seenSeq", "7")
                        .status())
                .isEqualTo(409);
        assertThat(service.change("registration-inquire", "id", id, "seenSeq", "0")
                        .status())
                .isEqualTo(200);
    }
}
