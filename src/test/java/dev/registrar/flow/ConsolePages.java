package dev.registrar.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every page of the console, with the element that shows that it has data. */
final class ConsolePages {

    private ConsolePages() {}

    record Shown(String route, String data) {}

    /**
     * By name. Replays one of the service's open rows and compares, so that batches, audit and comparisons have something to show.
     *
     * @param actor who does so
     */
    static Map<String, Shown> of(RegistrarProcess service, String actor, String reason) {
        OperatorClient operator = service.operator();
        JsonNode rows = operator.ask("compensations", "status", "OPEN", "action", "refund")
                .path("items");
        String batch = operator.ask(
                        "compensation-replay", "id", rows.path(0).path("id").asText(), "actor", actor, "reason", reason)
                .path("batchId")
                .asText();
        operator.awaitBatch(batch, Duration.ofMinutes(2));
        String comparison = operator.ask(
                        "reconcile",
                        "from",
                        Instant.now().minus(Duration.ofHours(1)).toString())
                .path("id")
                .asText();
        Map<String, Shown> pages = new LinkedHashMap<>();
        pages.put("now", new Shown("#/now", "plots"));
        pages.put("failures", new Shown("#/failures", "failures"));
        pages.put("registrations", new Shown("#/registrations", "registrations"));
        pages.put(
                "registration",
                new Shown(
                        "#/registrations/" + rows.path(1).path("registrationId").asText(), "undo-table"));
        pages.put("compensations", new Shown("#/compensations?status=OPEN", "compensations"));
        pages.put("batches", new Shown("#/batches", "batches"));
        pages.put("batch", new Shown("#/batches/" + batch, "batch-items"));
        pages.put("services", new Shown("#/services", "service-payment"));
        pages.put("workers", new Shown("#/workers", "this-instance"));
        pages.put("reconcile", new Shown("#/reconcile/" + comparison, "reconcile-report"));
        pages.put("audit", new Shown("#/audit", "audit"));
        return pages;
    }
}
