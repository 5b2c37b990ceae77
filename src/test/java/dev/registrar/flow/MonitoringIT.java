package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.MonitoringQueries.Query;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every panel and every rule has data in a real Prometheus once everything they show has happened. */
@Tag("prometheus")
final class MonitoringIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.PROMETHEUS;

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    static Path directory;

    private static RegistrarProcess service;
    private static PrometheusServer prometheus;
    private static Instant begun;

    @BeforeAll
    static void driveAll() {
        service = new RegistrarProcess(directory).withUnpackedBinaries().withUndoSoonGivenUp();
        service.start();
        prometheus = new PrometheusServer(directory).start(service.admin().port());
        begun = Instant.now();
        awaitScrape();
        ordinary();
        troubledProviders();
        failedAndReplayedUndo();
        operators();
        lostWorkflows();
        // Rules evaluate earlier scrapes, and rates need two.
        for (int i = 0; i < 3; i++) {
            awaitScrape();
        }
    }

    private static void awaitScrape() {
        Instant now = Instant.now();
        Poll.until(
                "another scrape",
                LIMIT,
                () -> prometheus.range("timestamp(up)", now, Instant.now()).stream()
                        .flatMap(List::stream)
                        .anyMatch(at -> at > now.toEpochMilli() / 1_000.0));
    }

    @AfterAll
    static void stop() {
        Stream.of(prometheus, service).forEach(each -> {
            if (each != null) {
                try {
                    each.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });
    }

    /** Completed, declined, replayed and refused registrations; a page, an account, an unknown path. */
    private static void ordinary() {
        RegistrationClient client = service.client();
        client.registerAtOnce(RegistrationClient.users("ordinary-", 30));
        client.post(RegistrationClient.body("ordinary-0"), "Prefer", "wait=10");
        client.post(RegistrationClient.body("ordinary-1", "pm_card_declined"));
        client.post(RegistrationClient.body("key-1"), "Idempotency-Key", "k-1");
        client.post(RegistrationClient.body("key-2"), "Idempotency-Key", "k-1");
        client.post(RegistrationClient.body("declined-1", "pm_card_declined"), "Prefer", "wait=20");
        client.post(RegistrationClient.body("hidden-1", "pm_timeout_after_charge"), "Prefer", "wait=20");
        // A rate needs a series that already existed: repeat after a scrape.
        for (int i = 0; i < 4; i++) {
            client.post(RegistrationClient.body("ordinary-0"));
            client.post(RegistrationClient.body("ordinary-1", "pm_card_declined"));
            client.post(RegistrationClient.body("key-2"), "Idempotency-Key", "k-1");
            Stream.of("/v1/registrations?limit=5", "/v1/users/ordinary-0", "/v1/registrations/none", "/v1/none")
                    .forEach(path -> service.application().get(path));
            awaitScrape();
        }
    }

    /** Time-outs, refusals and an open breaker for each service. */
    private static void troubledProviders() {
        service.sandbox().faults("""
                [{"service": "profile", "operation": "create", "kind": "status", "status": 503, "times": 25},
                 {"service": "email", "kind": "status", "status": 503, "times": 40},
                 {"service": "sms", "kind": "status", "status": 422, "times": 3},
                 {"service": "payment", "operation": "charge", "kind": "hang_after", "times": 3}]""");
        List<String> ids = service.client().registerAtOnce(RegistrationClient.users("troubled-", 12));
        ids.forEach(id -> service.client().awaitSettled(id, LIMIT));
        service.sandbox().faults("""
                [{"service": "payment", "operation": "charge", "kind": "status", "status": 429, "retryAfter": 3, "times": 2}]""");
        service.client().awaitSettled(service.client().register("later-1"), LIMIT);
        service.sandbox().noFaults();
    }

    private static void failedAndReplayedUndo() {
        service.operator().change("circuit-breakers", "service", "email", "action", "reset");
        UndoBacklog.make(service, "undo-", 6);
        awaitScraped("registrar_open_compensations > 0");
        OperatorClient operator = service.operator();
        String stopped = operator.replay("refund", "rate", "100");
        operator.awaitBatch(stopped, LIMIT);
        operator.change("compensation-batch", "batch", stopped, "action", "cancel");
        service.sandbox().noFaults();
        JsonNode row = operator.ask("compensations", "status", "OPEN", "action", "refund")
                .path("items")
                .path(0);
        operator.change("compensation-resolve", "id", row.path("id").asText(), "reference", "bank transfer");
        String batch = operator.replay("refund", "rate", "1");
        awaitScraped("registrar_replay_batches_running > 0");
        operator.awaitBatch(batch, LIMIT);
    }

    private static void operators() {
        OperatorClient operator = service.operator();
        operator.change("circuit-breakers", "service", "sms", "action", "force-open", "for", "PT4S");
        operator.change("worker", "action", "pause");
        // More than the polls still open, each of which can return one task to the worker.
        List<String> paused = service.client().registerAtOnce(RegistrationClient.users("unanswered-", 15));
        String unanswered = paused.get(paused.size() - 1);
        for (int i = 0; i < 4; i++) {
            // No worker answers the query, so the request fails.
            service.client().find(unanswered);
            awaitScrape();
        }
        operator.change("worker", "action", "resume");
        service.database().execute("DELETE FROM accounts WHERE user_id = 'ordinary-0'");
        operator.change("reconcile", "dryRun", "false", "wait", "PT50S");
        Poll.until(
                "the finding has become a row",
                LIMIT,
                () -> operator.ask("compensations", "status", "OPEN", "action", "save_account")
                                .path("total")
                                .asInt()
                        == 1);
        operator.awaitBatch(operator.replay("save_account"), LIMIT);
        String retried = service.client()
                .list("status=FAILED")
                .path("items")
                .path(0)
                .path("id")
                .asText();
        operator.change("registration-retry", "id", retried);
    }

    /** The embedded Temporal loses its state with its process. */
    private static void lostWorkflows() {
        service.sandbox().faults("""
                [{"service": "email", "kind": "latency", "millis": 900}]""");
        service.client().registerAtOnce(RegistrationClient.users("lost-", 5));
        service.kill();
        service.start();
        Poll.until(
                "all are completed",
                LIMIT,
                () -> service.database().statuses("lost-").equals(Map.of("COMPLETED", 5L)));
        service.sandbox().noFaults();
        service.client().registerAtOnce(RegistrationClient.users("again-", 10));
    }

    private static void awaitScraped(String expression) {
        Poll.until(
                "Prometheus has seen " + expression,
                LIMIT,
                () -> !prometheus.range(expression, begun, Instant.now()).isEmpty());
    }

    @Test
    void everyPanelAndEveryRuleHasData() {
        List<Query> panels = MonitoringQueries.panels();
        List<Query> rules = MonitoringQueries.rules();

        List<String> without = new ArrayList<>();
        Stream.concat(panels.stream(), rules.stream())
                .filter(query -> !hasData(query.expression()))
                .forEach(query -> without.add(query.origin() + "\n    " + query.expression()));
        panels.stream().collect(Collectors.groupingBy(Query::panel)).forEach((panel, targets) -> {
            if (targets.stream().noneMatch(query -> moves(query.expression()))) {
                without.add(panel + " shows nothing but 0");
            }
        });

        System.out.printf("MEASURED queries with data: %d panel queries, %d rules%n", panels.size(), rules.size());
        assertThat(panels).hasSizeGreaterThan(50);
        assertThat(rules).hasSizeGreaterThan(50);
        assertThat(without).isEmpty();
    }

    /** Shows that the check can fail: if any of our metrics is renamed, some query has no data. */
    @Test
    void everyMetricThatIsRenamedLeavesAQueryWithoutData() throws IOException {
        List<Query> queries = Stream.concat(MonitoringQueries.panels().stream(), MonitoringQueries.rules().stream())
                .toList();

        List<String> unnoticed = MetricsDocument.rows().stream()
                .map(MetricsDocument.Row::name)
                .filter(name -> {
                    Pattern used = Pattern.compile("\\b" + name + "(?=(_bucket|_count|_sum)?\\b)");
                    return queries.stream()
                            .map(Query::expression)
                            .filter(expression -> used.matcher(expression).find())
                            .map(expression -> used.matcher(expression).replaceAll("renamed"))
                            .allMatch(MonitoringIT::hasData);
                })
                .toList();

        assertThat(unnoticed).isEmpty();
    }

    private static boolean moves(String expression) {
        return prometheus.range(expression, begun, Instant.now()).stream()
                .flatMap(List::stream)
                .anyMatch(sample -> !Double.isNaN(sample) && sample != 0);
    }

    private static boolean hasData(String expression) {
        return prometheus.range(expression, begun, Instant.now()).stream()
                .flatMap(List::stream)
                .anyMatch(sample -> !Double.isNaN(sample));
    }
}
