package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Responses follow the documented contract. */
@ExtendWith(RunningService.class)
class ResponseShapeTest {

    private static final String[] REGISTRATION = {
        "id",
        "userId",
        "status",
        "steps",
        "compensations",
        "errors",
        "waitingOn",
        "createdAt",
        "updatedAt",
        "finishedAt"
    };

    @AfterEach
    void noFaults(Instance service) {
        service.faults("[]");
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode array, String field) {
        List<String> values = new ArrayList<>();
        array.forEach(item -> values.add(item.path(field).asText()));
        return values;
    }

    @Test
    void completedRegistrationSaysEverything(Instance service) {
        String user = Requests.freshUser();

        Answer answer = service.post(Requests.valid(user), "Prefer", "wait=20");

        JsonNode json = answer.json();
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(fields(json)).containsExactlyInAnyOrder(REGISTRATION);
        assertThat(json.path("userId").asText()).isEqualTo(user);
        assertThat(json.path("status").asText()).isEqualTo("COMPLETED");
        assertThat(json.path("compensations")).isEmpty();
        assertThat(json.path("errors")).isEmpty();
        assertThat(json.path("waitingOn").isNull()).isTrue();
        assertThat(texts(json.path("steps"), "name")).containsExactly("profile", "payment", "database", "email", "sms");
        assertThat(texts(json.path("steps"), "status")).containsOnly("SUCCEEDED");
        json.path("steps").forEach(step -> {
            assertThat(fields(step))
                    .containsExactlyInAnyOrder("name", "status", "attempts", "startedAt", "finishedAt", "reference");
            assertThat(step.path("attempts").isInt()).isTrue();
            assertThat(Instant.parse(step.path("finishedAt").asText()))
                    .isAfterOrEqualTo(Instant.parse(step.path("startedAt").asText()));
        });
        assertThat(json.at("/steps/0/reference").asText()).isEqualTo(user);
        assertThat(json.at("/steps/1/reference").asText()).startsWith("tx_");
        for (String time : List.of("createdAt", "updatedAt", "finishedAt")) {
            assertThat(json.path(time).isTextual()).as(time).isTrue();
            assertThat(Instant.parse(json.path(time).asText()))
                    .isAfter(Instant.now().minus(Duration.ofMinutes(5)));
        }
        assertThat(service.get(answer.location()).json()).isEqualTo(json);
    }

    @Test
    void firstAnswerSaysRunningWithPendingSteps(Instance service) {
        Answer answer = service.post(Requests.valid());

        assertThat(answer.status()).isEqualTo(202);
        assertThat(fields(answer.json())).containsExactlyInAnyOrder(REGISTRATION);
        assertThat(answer.text("status")).isIn("RUNNING", "ACCEPTED");
        assertThat(texts(answer.json().path("steps"), "status")).containsOnly("PENDING");
        assertThat(answer.json().get("finishedAt").isNull()).isTrue();
    }

    @Test
    void compensationSaysWhatIsAtRisk(Instance service) {
        Answer answer = service.post(Requests.valid().replace("pm_card_ok", "pm_wrong_amount"), "Prefer", "wait=30");

        JsonNode row = answer.json().at("/compensations/0");
        assertThat(fields(row))
                .containsExactlyInAnyOrder(
                        "id",
                        "action",
                        "service",
                        "state",
                        "reference",
                        "amount",
                        "currency",
                        "attempts",
                        "lastErrorCode",
                        "openedAt",
                        "nextTryAt",
                        "closedAt",
                        "closedBy");
        assertThat(row.path("amount").isNumber()).isTrue();
        assertThat(row.path("currency").asText()).isEqualTo("USD");
        assertThat(row.path("service").asText()).isEqualTo("payment");
        assertThat(row.path("lastErrorCode").asText()).isEqualTo("payment_wrong_amount");
        assertThat(row.path("closedAt").isNull()).isTrue();
        assertThat(row.path("closedBy").isNull()).isTrue();
        Instant.parse(row.path("openedAt").asText());
        JsonNode error = answer.json().at("/errors/0");
        assertThat(fields(error)).containsExactlyInAnyOrder("step", "code", "message");
        assertThat(error.path("step").asText()).isEqualTo("payment");
    }

    @Test
    void failedRegistrationNamesItsError(Instance service) {
        Answer answer = service.post(Requests.valid().replace("pm_card_ok", "pm_card_declined"), "Prefer", "wait=30");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("status")).isEqualTo("FAILED");
        assertThat(texts(answer.json().path("errors"), "code")).containsExactly("payment_declined");
        assertThat(answer.json().at("/compensations/0/action").asText()).isEqualTo("delete_profile");
        assertThat(answer.json().at("/compensations/0/state").asText()).isEqualTo("DONE");
        assertThat(answer.json().at("/compensations/0/closedBy").asText()).isEqualTo("provider");
        assertThat(answer.json().at("/compensations/0/amount").isNull()).isTrue();
    }

    @Test
    void runningRegistrationTellsItsStepsLive(Instance service) {
        // Longer than a local attempt: meanwhile the workflow answers no queries, and the row is used instead.
        service.faults("[{\"service\":\"payment\",\"operation\":\"charge\",\"kind\":\"latency\",\"times\":1,"
                + "\"millis\":2800}]");
        Answer accepted = service.post(Requests.valid());

        JsonNode first = service.get(accepted.location()).json();
        JsonNode live = until(service, accepted, json -> !json.has("stepsAsOf"));

        assertThat(first.path("status").asText()).isEqualTo("RUNNING");
        Instant.parse(first.path("stepsAsOf").asText());
        assertThat(live.path("status").asText()).isEqualTo("RUNNING");
        assertThat(texts(live.path("steps"), "status").subList(0, 3))
                .satisfiesExactly(
                        profile -> assertThat(profile).isEqualTo("SUCCEEDED"),
                        payment -> assertThat(payment).isIn("RUNNING", "WAITING"),
                        database -> assertThat(database).isEqualTo("PENDING"));
        assertThat(live.at("/steps/1/attempts").asInt()).isPositive();
        until(service, accepted, json -> json.path("status").asText().equals("COMPLETED"));
    }

    @Test
    void waitingRegistrationSaysForWhat(Instance service) {
        service.faults("[{\"service\":\"profile\",\"operation\":\"create\",\"kind\":\"status\",\"times\":1,"
                + "\"status\":429,\"retryAfter\":2}]");
        Answer accepted = service.post(Requests.valid());

        JsonNode seen = until(service, accepted, json -> !json.path("waitingOn").isNull());
        assertThat(fields(seen.path("waitingOn"))).containsExactlyInAnyOrder("service", "reason", "since", "until");
        assertThat(seen.at("/waitingOn/service").asText()).isEqualTo("profile");
        assertThat(seen.at("/waitingOn/reason").asText()).isEqualTo("retry_after");
        assertThat(Instant.parse(seen.at("/waitingOn/until").asText()))
                .isAfter(Instant.parse(seen.at("/waitingOn/since").asText()));
        assertThat(seen.at("/steps/0/status").asText()).isEqualTo("WAITING");

        until(service, accepted, json -> json.path("status").asText().equals("COMPLETED"));
    }

    private static JsonNode until(Instance service, Answer accepted, java.util.function.Predicate<JsonNode> condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        JsonNode json;
        do {
            json = service.get(accepted.location()).json();
            assertThat(System.nanoTime()).as("%s", json).isLessThan(end);
        } while (!condition.test(json));
        return json;
    }

    @Test
    void savedAccountIsToldByUser(Instance service) {
        String user = Requests.freshUser();
        Answer registration = service.post(
                Requests.valid(user)
                        .replace("\"newsletter\":true", "\"newsletter\":true,\"n\":1.50,\"big\":1e11,\"x\":null"),
                "Prefer",
                "wait=20");

        JsonNode account = service.get("/v1/users/" + user).json();

        assertThat(fields(account))
                .containsExactlyInAnyOrder(
                        "userId",
                        "email",
                        "fullName",
                        "phoneNumber",
                        "preferences",
                        "registrationId",
                        "transactionId",
                        "createdAt",
                        "updatedAt");
        assertThat(account.path("userId").asText()).isEqualTo(user);
        assertThat(account.path("email").asText()).isEqualTo("ada@example.com");
        assertThat(account.path("phoneNumber").asText()).isEqualTo("+14155550101");
        assertThat(account.path("registrationId").asText()).isEqualTo(registration.text("id"));
        assertThat(account.path("transactionId").asText())
                .isEqualTo(registration.json().at("/steps/1/reference").asText());
        assertThat(account.at("/preferences/newsletter").asBoolean()).isTrue();
        assertThat(account.at("/preferences/n").decimalValue()).isEqualByComparingTo("1.5");
        assertThat(account.at("/preferences/big").decimalValue()).isEqualByComparingTo("1e11");
        assertThat(account.at("/preferences/x").isNull()).isTrue();
    }
}
