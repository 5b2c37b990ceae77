package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.admin.RunningRegistrar.Service;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files and the JSON of the console, of the running service without authentication. */
@ExtendWith(RunningRegistrar.class)
class ConsoleTest {

    private static final String API = "/console/api/";
    private static final String HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static HttpResponse<byte[]> get(Service service, String path, String... headers) {
        return send(service.admin(path), headers);
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request, String... headers) {
        for (int i = 0; i + 1 < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return HTTP.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static JsonNode json(HttpResponse<byte[]> response) {
        assertThat(header(response, "Content-Type")).startsWith("application/json");
        assertThat(header(response, "Cache-Control")).isEqualTo("no-store");
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode read(Service service, String path) {
        HttpResponse<byte[]> response = get(service, API + path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return json(response);
    }

    private static HttpResponse<byte[]> post(Service service, String path, String form) {
        return send(
                service.admin(API + path).POST(BodyPublishers.ofString(form)),
                "Content-Type",
                "application/x-www-form-urlencoded");
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @ParameterizedTest
    @CsvSource({
        "/console/, text/html",
        "/console/index.html, text/html",
        "/console/vendor/uplot/uPlot.esm.js, text/javascript",
        "/console/vendor/uplot/uPlot.min.css, text/css"
    })
    void fileHasItsTypeStrictHeadersAndIsRevalidated(String path, String type, Service service) {
        HttpResponse<byte[]> first = get(service, path);
        HttpResponse<byte[]> again = get(service, path, "If-None-Match", header(first, "ETag"));

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(header(first, "Content-Type")).startsWith(type).containsIgnoringCase("charset=utf-8");
        assertThat(header(first, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(first, "ETag")).isNotEmpty();
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        strict(first);
        strict(again);
    }

    private static void strict(HttpResponse<?> response) {
        assertThat(header(response, "Content-Security-Policy"))
                .isEqualTo("default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
                        + " frame-ancestors 'none'");
        assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(response, "Referrer-Policy")).isEqualTo("no-referrer");
    }

    @Test
    void plotLibraryIsCompressed(Service service) throws IOException {
        String path = "/console/vendor/uplot/uPlot.esm.js";
        HttpResponse<byte[]> plain = get(service, path);
        HttpResponse<byte[]> packed = get(service, path, "Accept-Encoding", "gzip");
        HttpResponse<byte[]> again =
                get(service, path, "Accept-Encoding", "gzip", "If-None-Match", header(packed, "ETag"));

        assertThat(header(packed, "Content-Encoding")).isEqualTo("gzip");
        assertThat(packed.body()).hasSizeLessThan(50_000);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes())
                .isEqualTo(plain.body());
        assertThat(again.statusCode()).isEqualTo(304);
    }

    @Test
    void pathWithoutSlashLeadsToThePage(Service service) {
        HttpResponse<byte[]> response = get(service, "/console");

        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(header(response, "Location")).isEqualTo("/console/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/none.js",
                "/console/../config.yml",
                "/console/%2e%2e/openapi.json",
                "/console/..%2fopenapi.json",
                "/console/vendor/uplot/../package.json",
                "/console/vendor/uplot/none.js",
                "/console/api",
                "/console/api/",
                "/console/api/none",
                "/console/api/registrations/none",
                "/console/api/now/more"
            })
    void whatIsNotThereIsNotFound(String path, Service service) {
        HttpResponse<byte[]> response = get(service, path);

        assertThat(response.statusCode()).isIn(400, 404);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).doesNotContain("openapi", "uplot");
        if (path.startsWith(API) && path.length() > API.length()) {
            assertThat(json(response).path("error").asText()).isNotBlank();
            strict(response);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "failures?since=yesterday, since: a duration such as PT24H.",
        "failures?since=PT1S, since: PT1M to PT2160H.",
        "registrations?status=foo, 'status: one of [ACCEPTED, RUNNING, COMPENSATING, COMPLETED, FAILED, CANCELLED, NEEDS_ATTENTION].'",
        "registrations?limit=0, limit: 1 to 200.",
        "registrations?limit=1&limit=2, limit: given more than once.",
        "now?colour=red, colour: there is no such parameter here."
    })
    void wrongParameterIsNamed(String query, String error, Service service) {
        HttpResponse<byte[]> response = get(service, API + query);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("error").asText()).isEqualTo(error);
    }

    @Test
    void otherMethodsAreRefused(Service service) {
        HttpResponse<byte[]> changed = post(service, "now", "");
        HttpResponse<byte[]> read = get(service, API + "registrations/" + UUID.randomUUID() + "/personal-data");

        assertThat(changed.statusCode()).isEqualTo(405);
        assertThat(header(changed, "Allow")).isEqualTo("GET, HEAD");
        assertThat(read.statusCode()).isEqualTo(405);
        assertThat(header(read, "Allow")).isEqualTo("POST");
    }

    @Test
    void withoutAuthenticationNobodySignsIn(Service service) {
        JsonNode session = read(service, "session");

        assertThat(names(session))
                .containsExactly("authentication", "user", "role", "expiresAt", "instance", "version", "temporalUi");
        assertThat(session.path("authentication").asText()).isEqualTo("none");
        assertThat(session.path("user").isNull()).isTrue();
        assertThat(session.path("temporalUi").isNull()).isTrue();
        assertThat(post(service, "session", "key=x").statusCode()).isEqualTo(400);
    }

    @Test
    void nowShowsWhatIsOpenAndWhatItCosts(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        service.leaveUndoOpen(registration);
        service.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET opened_at = opened_at - INTERVAL '21 minutes' WHERE registration_id = ?",
                        UUID.fromString(registration.path("id").asText())));

        JsonNode now = read(service, "now");

        assertThat(names(now))
                .containsExactly(
                        "at",
                        "instance",
                        "conditions",
                        "alerts",
                        "success",
                        "latency",
                        "inFlight",
                        "oldestInFlightSeconds",
                        "openRows",
                        "unresolvedSince",
                        "moneyAtRisk",
                        "nextTryAt",
                        "breakers",
                        "worker",
                        "batches");
        assertThat(now.path("conditions").findValuesAsText("name")).contains("postgresql", "temporal", "undo-work");
        assertThat(now.path("alerts").findValuesAsText("name")).contains("RegistrarMoneyAtRisk");
        assertThat(now.path("alerts").get(0).path("severity").asText()).isEqualTo("page");
        assertThat(now.path("alerts").findValuesAsText("runbook")).contains("docs/alerts.md#registrarmoneyatrisk");
        assertThat(names(now.path("inFlight")))
                .containsExactly("ACCEPTED", "RUNNING", "COMPENSATING", "NEEDS_ATTENTION");
        assertThat(now.path("inFlight").path("NEEDS_ATTENTION").asInt()).isPositive();
        assertThat(now.path("openRows").path("refund").asInt()).isPositive();
        assertThat(now.path("moneyAtRisk").get(0).path("amount").isTextual()).isTrue();
        assertThat(now.path("moneyAtRisk").get(0).path("currency").asText()).isEqualTo("USD");
        assertThat(now.path("unresolvedSince").asText()).endsWith("Z");
        assertThat(now.path("success").path("completed").asInt()).isPositive();
        assertThat(now.path("success").path("objective").asDouble()).isEqualTo(0.995);
        assertThat(now.path("success").path("ratio").asDouble()).isBetween(0.0, 1.0);
        assertThat(now.path("latency").path("p50").asDouble()).isPositive();
        assertThat(now.path("worker").path("state").asText()).isEqualTo("POLLING");
        assertThat(now.path("worker").path("temporalReachable").asBoolean()).isTrue();
    }

    @Test
    void withoutTheDatabaseNowStillAnswers(Service service) {
        service.database().goAway();
        JsonNode away;
        HttpResponse<byte[]> list;
        try {
            away = read(service, "now");
            list = get(service, API + "registrations");
        } finally {
            service.database().comeBack();
        }

        assertThat(away.path("inFlight").isNull()).isTrue();
        assertThat(away.path("moneyAtRisk").isNull()).isTrue();
        assertThat(away.path("batches").isNull()).isTrue();
        assertThat(away.path("conditions").findValuesAsText("message"))
                .contains(
                        "PostgreSQL does not answer: nothing can be accepted", "not known: PostgreSQL does not answer");
        assertThat(away.path("alerts").findValuesAsText("name")).doesNotContain("RegistrarRegistrationsNotMoving");
        assertThat(list.statusCode()).isEqualTo(503);
        assertThat(json(list).path("error").asText()).isEqualTo("PostgreSQL does not answer.");
        service.await(() -> !read(service, "now").path("inFlight").isNull());
    }

    @Test
    void historyHasOneValueASample(Service service) {
        service.await(() -> !read(service, "history").path("at").isEmpty());

        JsonNode history = read(service, "history");

        assertThat(names(history)).containsExactly("from", "stepSeconds", "at", "series", "breakers");
        assertThat(names(history.path("series")))
                .containsExactly(
                        "completed",
                        "failed",
                        "declined",
                        "needsAttention",
                        "inFlight",
                        "p50",
                        "p99",
                        "moneyAtRiskRows");
        history.path("series").forEach(series -> assertThat(series).hasSameSizeAs(history.path("at")));
        assertThat(history.path("series").path("inFlight").get(0).isNumber()).isTrue();
        assertThat(history.path("breakers")
                        .path("payment-charge")
                        .get(0)
                        .path("state")
                        .asText())
                .isEqualTo("CLOSED");
    }

    @Test
    void failuresLeadToTheRegistrationsThatMetThem(Service service) {
        String id = service.register("pm_card_declined").path("id").asText();

        JsonNode group = StreamSupport.stream(
                        read(service, "failures?since=PT1H").path("items").spliterator(), false)
                .filter(each -> each.path("code").asText().equals("payment_declined"))
                .findFirst()
                .orElseThrow();

        assertThat(names(group)).containsExactly("service", "code", "registrations", "live", "latestAt", "sample");
        assertThat(group.path("service").asText()).isEqualTo("payment");
        assertThat(read(service, "registrations?errorCode=payment_declined&limit=200")
                        .path("items")
                        .findValuesAsText("id"))
                .contains(id);
    }

    /** The row reads "last 24 h": an older message of the same code stays as it is. */
    @ParameterizedTest
    @ValueSource(strings = {"now", "failures"})
    void resendIsLimitedToTheTimeThatThePageShows(String page, Service service) {
        String since = read(service, "failures?since=PT24H").path("since").asText();
        String script =
                new String(get(service, "/console/js/pages/" + page + ".js").body(), StandardCharsets.UTF_8);

        assertThat(service.task("notification-resend", "dryRun", "true", "createdAfter", since)
                        .status())
                .isEqualTo(200);
        assertThat(script.lines().filter(line -> line.contains("errorCode: item.code, service: item.service")))
                .singleElement(InstanceOfAssertFactories.STRING)
                .containsPattern("createdAfter: view\\.(data|local\\.failures\\?)\\.since\\b");
    }

    @Test
    void timelineShowsEverythingButPersonalData(Service service) {
        JsonNode registered = service.register("pm_card_ok");
        String id = registered.path("id").asText();
        service.leaveUndoOpen(registered);
        service.change("registration-cancel", "id", id);

        HttpResponse<byte[]> response = get(service, API + "registrations/" + id);
        JsonNode timeline = json(response);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(names(timeline))
                .containsExactly(
                        "registration", "steps", "compensations", "commands", "messages", "errors", "temporalUrl");
        JsonNode registration = timeline.path("registration");
        assertThat(names(registration))
                .contains(
                        "id",
                        "userId",
                        "status",
                        "amount",
                        "errors",
                        "waitingOn",
                        "openRows",
                        "nextTryAt",
                        "commandSeq")
                .contains("caller", "idempotencyKey", "run", "attendAt", "undoBegunAt", "intendedEnd", "maskedData");
        assertThat(registration.path("amount").path("amount").asText()).isEqualTo("49.90");
        assertThat(registration.path("maskedData").path("email").asText()).isEqualTo("a***@e***.com");
        assertThat(registration.path("maskedData").path("fullName").asText()).isEqualTo("A*** L***");
        assertThat(registration.path("maskedData").path("phoneNumber").asText()).isEqualTo("+1***01");
        assertThat(timeline.path("steps").findValuesAsText("name"))
                .containsExactly("profile", "payment", "database", "email", "sms");
        assertThat(timeline.path("steps").get(1).path("reference").asText()).startsWith("tx_");
        assertThat(timeline.path("steps").get(1).path("failures").isArray()).isTrue();
        assertThat(timeline.path("compensations").get(0).path("action").asText())
                .isEqualTo("refund");
        assertThat(timeline.path("compensations").get(0).path("amount").isNumber())
                .isTrue();
        JsonNode command = timeline.path("commands").get(0);
        assertThat(names(command))
                .containsExactly(
                        "seq", "kind", "actor", "reason", "createdAt", "appliedAt", "result", "errorCode", "batch");
        assertThat(command.path("kind").asText()).isEqualTo("cancel");
        assertThat(command.path("actor").asText()).isEqualTo("ann");
        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .doesNotContain("ada@example.com", "Lovelace", "4155550101", "pm_card_ok", "Plan of Ada");
        assertThat(get(service, API + "registrations/" + UUID.randomUUID()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void personalDataIsShownOnRequestAndAudited(Service service) {
        String id = service.register("pm_card_ok").path("id").asText();
        String path = "registrations/" + id + "/personal-data";
        String subject = "registration:" + id;

        HttpResponse<byte[]> noReason = post(service, path, "actor=ann");
        HttpResponse<byte[]> noActor = post(service, path, "reason=call");
        int before = service.audits("personal-data", subject);
        HttpResponse<byte[]> shown = post(service, path, "actor=ann&reason=customer+calls");

        assertThat(noReason.statusCode()).isEqualTo(400);
        assertThat(noActor.statusCode()).isEqualTo(400);
        assertThat(before).isZero();
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(json(shown).path("email").asText()).isEqualTo("ada@example.com");
        assertThat(json(shown).path("fullName").asText()).isEqualTo("Ada Lovelace");
        assertThat(json(shown).path("phoneNumber").asText()).isEqualTo("+14155550101");
        assertThat(json(shown).path("description").asText()).isEqualTo("Plan of Ada");
        assertThat(json(shown).path("preferences").isObject()).isTrue();
        assertThat(service.audits("personal-data", subject)).isOne();
        assertThat(post(service, "registrations/" + UUID.randomUUID() + "/personal-data", "actor=ann&reason=x")
                        .statusCode())
                .isEqualTo(404);

        service.change("erase", "id", id);
        assertThat(json(get(service, API + "registrations/" + id))
                        .path("registration")
                        .path("maskedData")
                        .isNull())
                .isTrue();
        assertThat(post(service, path, "actor=ann&reason=x").statusCode()).isEqualTo(409);
        assertThat(service.audits("personal-data", subject)).isOne();
    }

    @Test
    void hostileTextIsOnlyEverJson(Service service) {
        JsonNode registered = service.register("pm_card_ok");
        String id = registered.path("id").asText();
        service.jdbi()
                .useHandle(handle -> handle.createUpdate("""
                                UPDATE registrations
                                SET errors = jsonb_build_array(jsonb_build_object('step', 'email', 'code', CAST(:text AS text),
                                                                                  'message', CAST(:text AS text))),
                                    steps = jsonb_set(steps, '{0,reference}', to_jsonb(CAST(:text AS text))), caller = :text
                                WHERE id = :id
                                """)
                        .bind("text", HOSTILE)
                        .bind("id", UUID.fromString(id))
                        .execute());
        service.leaveUndoOpen(registered);
        service.task("registration-cancel", "id", id, "actor", HOSTILE, "reason", HOSTILE);

        String encoded = URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8);
        JsonNode timeline = read(service, "registrations/" + id);
        JsonNode failures = read(service, "failures");
        JsonNode byReference = read(service, "registrations?q=" + encoded);
        HttpResponse<byte[]> echoed = get(service, API + "now?" + encoded + "=1");

        assertThat(timeline.path("registration").path("caller").asText()).isEqualTo(HOSTILE);
        assertThat(timeline.path("errors").get(0).path("code").asText()).isEqualTo(HOSTILE);
        assertThat(timeline.path("steps").get(0).path("reference").asText()).isEqualTo(HOSTILE);
        assertThat(timeline.path("commands").get(0).path("reason").asText()).isEqualTo(HOSTILE);
        assertThat(failures.path("items").findValuesAsText("code")).contains(HOSTILE);
        assertThat(byReference.path("items").findValuesAsText("id")).containsExactly(id);
        assertThat(echoed.statusCode()).isEqualTo(400);
        assertThat(json(echoed).path("error").asText()).doesNotContain("script");
    }

    @Test
    void servicesShowTheirProvidersBreakersAndLastErrors(Service service) {
        service.faults("[{\"service\": \"sms\", \"kind\": \"status\", \"status\": 500}]");
        try {
            service.register("pm_card_ok");
            service.await(() -> !service(service, "sms").path("lastErrors").isEmpty());
        } finally {
            service.faults("[]");
        }
        service.change("circuit-breakers", "service", "email", "action", "force-open", "for", "PT10M");
        JsonNode email = service(service, "email");
        service.change("circuit-breakers", "service", "email", "action", "reset");

        JsonNode sms = service(service, "sms");
        assertThat(read(service, "services").path("items").findValuesAsText("service"))
                .containsExactly("profile", "payment", "email", "sms");
        assertThat(names(sms))
                .containsExactly("service", "type", "provider", "refused", "degraded", "breakers", "lastErrors");
        assertThat(sms.path("type").asText()).isEqualTo("registrar");
        assertThat(sms.path("provider").asText()).isEqualTo("registrar@127.0.0.1");
        JsonNode error = sms.path("lastErrors").get(0);
        assertThat(names(error)).containsExactly("at", "operation", "outcome", "httpStatus", "code");
        assertThat(error.path("operation").asText()).isEqualTo("send");
        assertThat(error.path("httpStatus").asInt()).isEqualTo(500);
        assertThat(email.path("breakers").get(0).path("state").asText()).isEqualTo("FORCED_OPEN");
        assertThat(email.path("breakers").get(0).path("forcedBy").asText()).isEqualTo("ann");
    }

    private static JsonNode service(Service service, String name) {
        for (JsonNode item : read(service, "services").path("items")) {
            if (item.path("service").asText().equals(name)) {
                return item;
            }
        }
        throw new AssertionError(name);
    }

    @Test
    void workersNameThisInstance(Service service) {
        JsonNode workers = read(service, "workers");

        assertThat(names(workers)).containsExactly("thisInstance", "pollers");
        assertThat(workers.path("thisInstance").path("state").asText()).isEqualTo("POLLING");
        assertThat(workers.path("thisInstance").path("instance").asText())
                .endsWith(service.adminHost().substring("127.0.0.1".length()));
    }
}
