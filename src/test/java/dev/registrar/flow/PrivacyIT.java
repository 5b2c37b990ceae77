package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.crypto.TestKeys;
import dev.registrar.flow.WebClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Personal data and secrets are stored only where they belong (invariant I7), and the search would find them. */
@Tag("privacy")
final class PrivacyIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.TEMPORAL;

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final List<String> TABLES = List.of(
            "registrations",
            "accounts",
            "commands",
            "compensations",
            "batches",
            "batch_items",
            "reconcile_runs",
            "reconcile_findings",
            "encryption_keys");

    /** Stores that are meant to hold the data. */
    private static final List<String> STORES =
            List.of("temporal", "temporal.db", "registrations", "accounts", "commands");

    @TempDir
    Path directory;

    private final Canaries canaries = new Canaries(TestKeys.FIRST);
    private final Map<String, String> places = new LinkedHashMap<>();
    private final List<String> answers = new ArrayList<>();

    @Test
    void canariesAreFoundNowhere() throws IOException {
        drive(true);

        assertThat(canaries.size()).isGreaterThanOrEqualTo(20);
        assertThat(canaries.in(places)).isEmpty();
        assertThat(places.get("temporal")).contains("binary/encrypted", "Encoded failure");
        assertThat(places.get("log")).as("it does log below INFO").contains("DEBUG");
    }

    @Test
    void sameSearchFindsThemInTheStoresWhereEncryptionIsOff() throws IOException {
        drive(false);

        List<String> hits = canaries.in(places);
        for (String store : STORES) {
            assertThat(hits).anyMatch(hit -> hit.startsWith(store + ": "));
        }
        assertThat(hits)
                .contains("temporal: good's e-mail", "temporal: down's phone", "registrations: late's name")
                .allMatch(hit -> STORES.contains(hit.replaceFirst(": .*", "")));
    }

    private void drive(boolean encrypted) throws IOException {
        try (EchoProvider echo = new EchoProvider();
                TemporalServer temporal = new TemporalDevServer(directory).start();
                RegistrarProcess service = new RegistrarProcess(directory)
                        .withUnpackedBinaries()
                        .withTemporal(temporal.port())
                        .withEverythingLogged("everything.log")
                        .withCredential("payment", Canaries.PAYMENT_CREDENTIAL, null)
                        .withCredential("email", Canaries.EMAIL_CREDENTIAL, echo.port())) {
            if (!encrypted) {
                service.withoutEncryption();
            }
            service.start();
            ends(service);
            refusals(service);
            operate(service);
            collect(service, temporal);
        }
    }

    /** Registrations with every possible end. */
    private void ends(RegistrarProcess service) {
        SandboxProbe sandbox = service.sandbox();
        RegistrationClient client = service.client();
        settle(service, "good", "pm_card_ok");
        settle(service, "declined", "pm_card_declined");
        sandbox.faults("""
                [{"service":"profile","operation":"create","kind":"malformed","times":3}]""");
        settle(service, "garbled", "pm_card_ok");
        sandbox.faults("""
                [{"service":"payment","operation":"charge","kind":"late","millis":1500,"times":1}]""");
        settle(service, "late", "pm_card_ok");
        sandbox.faults("""
                [{"service":"payment","operation":"charge","kind":"latency","millis":1500}]""");
        String cancelled = client.post(Canaries.body("cancelled", "pm_card_ok")).text("id");
        answers.add(client.cancel(cancelled).toString());
        answers.add(client.awaitSettled(cancelled, LIMIT).toString());
        sandbox.faults("""
                [{"service":"payment","kind":"status","status":500}]""");
        settle(service, "down", "pm_card_ok");
        sandbox.noFaults();
    }

    private void settle(RegistrarProcess service, String user, String paymentMethod) {
        Answer accepted = service.client().post(Canaries.body(user, paymentMethod), "Idempotency-Key", "key-" + user);
        assertThat(accepted.status()).as("%s", accepted).isEqualTo(202);
        answers.add(accepted.toString());
        answers.add(service.client().awaitSettled(accepted.text("id"), LIMIT).toString());
    }

    /** Requests that are refused, each for a different reason. */
    private void refusals(RegistrarProcess service) {
        String body = Canaries.body("good", "pm_card_ok");
        for (String refused : List.of(
                body.replace("pm_card_ok", Canaries.CARD),
                body.replace("Canaria good Qwertz", "Card " + Canaries.CARD),
                body.replace("good.canary@example.com", Canaries.REFUSED_EMAIL),
                body.replace("\"amount\": 49.90", "\"amount\": \"" + Canaries.CARD + "\""),
                body.replace("\"fullName\": \"", "\"" + Canaries.REFUSED_EMAIL + "\": \""),
                body.substring(0, body.length() / 2),
                "\"" + Canaries.REFUSED_EMAIL,
                body.replace("good.canary", "another.canary"))) {
            Answer answer = service.client().post(refused, "Idempotency-Key", "key-good");
            assertThat(answer.status()).as("%s", answer).isBetween(400, 499);
            answers.add(answer.toString());
        }
        answers.add(service.application()
                .get("/v1/registrations?userId=" + Canaries.REFUSED_EMAIL + "&status=" + Canaries.CARD)
                .toString());
    }

    private void operate(RegistrarProcess service) {
        OperatorClient operator = service.operator();
        String good = service.client()
                .list("userId=c-good")
                .path("items")
                .path(0)
                .path("id")
                .asText();
        answers.add(operator.task(
                        "notification-resend",
                        "id",
                        good,
                        "email",
                        Canaries.CORRECTED_EMAIL,
                        "actor",
                        "ann",
                        "reason",
                        "mistyped")
                .toString());
        answers.add(operator.task(
                        "notification-resend",
                        "id",
                        good,
                        "n",
                        "9",
                        "email",
                        Canaries.REFUSED_EMAIL,
                        "actor",
                        "ann",
                        "reason",
                        "mistyped")
                .toString());
        answers.add(operator.task("compensations", "format", "json").toString());
        answers.add(service.admin().get("/healthcheck").toString());
        answers.add(service.admin().get("/tasks").toString());
    }

    private void collect(RegistrarProcess service, TemporalServer temporal) throws IOException {
        Poll.until("all workflows are listed", LIMIT, () -> temporal.probe().workflows() >= 6);
        places.put("answers", String.join("\n", answers));
        places.put("metrics", service.admin().get("/prometheus").toString());
        places.put("audit", service.database().dump("audit"));
        TABLES.forEach(table -> places.put(table, service.database().dump(table)));
        places.put("temporal", temporal.probe().everything());
        places.put("command line", bytes(Path.of("/proc", Long.toString(service.pid()), "cmdline")));
        service.terminate();
        places.put("output", service.output());
        places.put("log", bytes(directory.resolve("everything.log")));
        StringBuilder file = new StringBuilder();
        for (String name : List.of("temporal.db", "temporal.db-wal")) {
            file.append(Files.exists(directory.resolve(name)) ? bytes(directory.resolve(name)) : "");
        }
        places.put("temporal.db", file.toString());
    }

    private static String bytes(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
}
