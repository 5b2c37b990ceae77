package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a person on call does on the admin port. Thread-safe. */
final class OperatorClient {

    private final WebClient web;

    OperatorClient(WebClient web) {
        this.web = web;
    }

    /** @param parameters name, value, name, value… */
    Answer task(String name, String... parameters) {
        StringBuilder query = new StringBuilder("/tasks/").append(name);
        for (int i = 0; i < parameters.length; i += 2) {
            query.append(i == 0 ? '?' : '&')
                    .append(parameters[i])
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return web.call("POST", query.toString(), "");
    }

    /** A task that succeeds, its answer as JSON. */
    JsonNode ask(String name, String... parameters) {
        String[] all = new String[parameters.length + 2];
        System.arraycopy(parameters, 0, all, 0, parameters.length);
        all[parameters.length] = "format";
        all[parameters.length + 1] = "json";
        Answer answer = task(name, all);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json();
    }

    /** Replays one row and waits for the end; its result, for example {@code VERIFIED}. */
    String replay(String rowId, Duration limit) {
        String batchId = ask("compensation-replay", "id", rowId, "actor", "ada", "reason", "provider works again")
                .path("batchId")
                .asText();
        return awaitBatch(batchId, limit).path("items").path(0).path("result").asText();
    }

    /** The one named part of {@code /healthcheck}, for example {@code undo-work}. */
    JsonNode health(String part) {
        Answer answer = web.get("/healthcheck");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json().path(part);
    }

    Answer ready() {
        return web.get("/ready");
    }

    /** Waits until a batch of replays is over; how it stands then. */
    JsonNode awaitBatch(String batchId, Duration limit) {
        JsonNode[] seen = new JsonNode[1];
        Poll.until(
                "batch " + batchId + " is over",
                limit,
                () -> {
                    seen[0] = ask("compensation-batch", "batch", batchId, "action", "status");
                    return seen[0].path("state").asText().matches("DONE|STOPPED|CANCELLED");
                },
                () -> String.valueOf(seen[0]));
        return seen[0];
    }
}
