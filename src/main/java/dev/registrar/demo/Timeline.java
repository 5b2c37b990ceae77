package dev.registrar.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.demo.Rule.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Shows the course of a registration as the service reports it. */
final class Timeline {

    private Timeline() {}

    /** One line while it runs: the current steps, and what it waits for. */
    static String now(JsonNode registration) {
        List<String> going = Evidence.elements(registration.path("steps")).stream()
                .filter(step -> List.of("RUNNING", "WAITING")
                        .contains(step.path("status").asText()))
                .map(step -> step.path("name").asText() + " attempt "
                        + Math.max(1, step.path("attempts").asInt()))
                .toList();
        JsonNode waitingOn = registration.path("waitingOn");
        String waiting = waitingOn.isObject()
                ? ", waits for " + waitingOn.path("service").asText() + " ("
                        + waitingOn.path("reason").asText() + ")"
                : "";
        return registration.path("status").asText()
                + (going.isEmpty() ? "" : ": " + String.join(", ", going))
                + waiting;
    }

    static void print(Screen screen, Evidence evidence) {
        JsonNode registration = evidence.registration();
        Instant start = Instant.parse(registration.path("createdAt").asText());
        screen.line("     %-9s %8s  %8s  %8s  %-9s  %s", "step", "attempts", "from", "took", "outcome", "reference");
        for (JsonNode step : Evidence.elements(registration.path("steps"))) {
            screen.line(
                    "     %-9s %8d  %8s  %8s  %-9s  %s",
                    step.path("name").asText(),
                    step.path("attempts").asInt(),
                    seconds(start, step.path("startedAt")),
                    step.path("startedAt").isTextual()
                            ? seconds(Instant.parse(step.path("startedAt").asText()), step.path("finishedAt"))
                            : "-",
                    step.path("status").asText(),
                    reference(evidence, step));
        }
        for (JsonNode row : evidence.compensations()) {
            screen.line(
                    "     undo      %8d  %8s  %8s  %-9s  %s",
                    row.path("attempts").asInt(),
                    seconds(start, row.path("openedAt")),
                    seconds(Instant.parse(row.path("openedAt").asText()), row.path("closedAt")),
                    row.path("state").asText(),
                    row.path("action").asText());
        }
    }

    /** What the step created, or why it created nothing. */
    private static String reference(Evidence evidence, JsonNode step) {
        if (step.path("reference").isTextual()) {
            return step.path("reference").asText();
        }
        return evidence.errors().stream()
                .filter(error -> error.path("step").equals(step.path("name")))
                .map(error -> error.path("code").asText())
                .collect(Collectors.joining(", "));
    }

    /** Seconds from one time to another; a dash if the second is absent. */
    static String seconds(Instant from, JsonNode to) {
        if (!to.isTextual()) {
            return "-";
        }
        // Two clocks are read, a few milliseconds apart: a step may seem to begin before its registration.
        long millis =
                Math.max(0, Duration.between(from, Instant.parse(to.asText())).toMillis());
        return String.format(java.util.Locale.ROOT, "%.2f s", millis / 1000.0);
    }
}
