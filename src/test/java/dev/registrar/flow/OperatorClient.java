package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The actions of an operator on the admin port. Thread-safe. */
public final class OperatorClient {

    private final WebClient web;

    OperatorClient(WebClient web) {
        this.web = web;
    }

    /** @param parameters name, value, name, value… */
    public Answer task(String name, String... parameters) {
        StringBuilder query = new StringBuilder("/tasks/").append(name);
        for (int i = 0; i < parameters.length; i += 2) {
            query.append(i == 0 ? '?' : '&')
                    .append(parameters[i])
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return web.call("POST", query.toString(), "");
    }

    /** Runs a task that must succeed and returns its JSON. */
    public JsonNode ask(String name, String... parameters) {
        String[] all = new String[parameters.length + 2];
        System.arraycopy(parameters, 0, all, 0, parameters.length);
        all[parameters.length] = "format";
        all[parameters.length + 1] = "json";
        Answer answer = task(name, all);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json();
    }

    /** The same with an actor and a reason, which every changing task requires. */
    public JsonNode change(String name, String... parameters) {
        List<String> all = new ArrayList<>(List.of(parameters));
        all.addAll(List.of("actor", "ann", "reason", "INC-7"));
        return ask(name, all.toArray(String[]::new));
    }

    /** Starts a replay of all open undo work with this action and returns the batch id. */
    String replay(String action, String... more) {
        List<String> all = new ArrayList<>(List.of("action", action, "dryRun", "false"));
        all.addAll(List.of(more));
        return change("compensation-replay", all.toArray(String[]::new))
                .path("batchId")
                .asText();
    }

    public JsonNode batch(String batchId) {
        return ask("compensation-batch", "batch", batchId);
    }

    /** Replays one row, waits for the end and returns its result, for example {@code VERIFIED}. */
    String replay(String rowId, Duration limit) {
        String batchId =
                change("compensation-replay", "id", rowId).path("batchId").asText();
        return awaitBatch(batchId, limit).path("items").path(0).path("result").asText();
    }

    /** One check of {@code /healthcheck}, for example {@code undo-work}. */
    JsonNode health(String part) {
        Answer answer = web.get("/healthcheck");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json().path(part);
    }

    public Answer ready() {
        return web.get("/ready");
    }

    /** Waits until a replay batch has ended, polling as often as a person would, and returns its final state. */
    public JsonNode awaitBatch(String batchId, Duration limit) {
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
