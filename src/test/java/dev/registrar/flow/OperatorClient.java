package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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

    /** The same with a name and a reason, as everything that changes something wants it. */
    JsonNode change(String name, String... parameters) {
        List<String> all = new ArrayList<>(List.of(parameters));
        all.addAll(List.of("actor", "ann", "reason", "INC-7"));
        return ask(name, all.toArray(String[]::new));
    }

    /** Replays the open undo work of this action for good; the id of the batch. */
    String replay(String action, String... more) {
        List<String> all = new ArrayList<>(List.of("action", action, "dryRun", "false"));
        all.addAll(List.of(more));
        return change("compensation-replay", all.toArray(String[]::new))
                .path("batchId")
                .asText();
    }

    JsonNode batch(String batchId) {
        return ask("compensation-batch", "batch", batchId);
    }

    /** Replays one row and waits for the end; its result, for example {@code VERIFIED}. */
    String replay(String rowId, Duration limit) {
        String batchId =
                change("compensation-replay", "id", rowId).path("batchId").asText();
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

    /** Waits until a batch of replays is over, and asks as often as a person would; how it stands then. */
    JsonNode awaitBatch(String batchId, Duration limit) {
        JsonNode[] seen = new JsonNode[1];
        Poll.every(
                Duration.ofSeconds(1),
                "batch " + batchId + " is over",
                limit,
                () -> {
                    seen[0] = batch(batchId);
                    return seen[0].path("state").asText().matches("DONE|STOPPED|CANCELLED");
                },
                () -> String.valueOf(seen[0]));
        return seen[0];
    }
}
