package dev.registrar.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.Money;
import dev.registrar.model.PhoneNumber;
import dev.registrar.notification.EmailFactory;
import dev.registrar.notification.SmsFactory;
import dev.registrar.notification.template.TemplateLoader;
import dev.registrar.payment.PaymentFactory;
import dev.registrar.probe.Check.Verdict;
import dev.registrar.probe.ProbeReport.ServiceReport;
import dev.registrar.probe.ProviderProbe.Options;
import dev.registrar.profile.ProfileFactory;
import dev.registrar.sandbox.SandboxConfiguration;
import dev.registrar.sandbox.SandboxServer;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.logging.common.BootstrapLogging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The probe on the sandbox, honest and lying, and on a profile API that does not store owners. */
class ProviderProbeTest {

    static {
        BootstrapLogging.bootstrap();
    }

    private static final ObjectMapper JSON = Jackson.newObjectMapper();
    private static final Options EVERYTHING = new Options(
            "pm_card_ok",
            Money.of("1.00", "USD"),
            EmailAddress.normalised("probe@example.com"),
            new PhoneNumber("+12025550123"));
    private static final Options NOTHING = new Options(null, Money.of("1.00", "USD"), null, null);

    @TempDir
    Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private SandboxServer sandbox;
    private int port;

    @BeforeEach
    void startSandbox() throws Exception {
        sandbox = new SandboxServer(
                new SandboxConfiguration(true, 0, null, directory, null, null, null), Clock.systemUTC());
        sandbox.start();
        port = sandbox.port();
    }

    @AfterEach
    void stopSandbox() throws Exception {
        sandbox.stop();
    }

    @Test
    void sandboxKeepsWhatItPromisesAndNothingIsLeftBehind() throws Exception {
        ProbeReport report = probe(EVERYTHING);

        assertThat(report.isGood()).as("%s", report).isTrue();
        assertThat(promises(report, Verdict.HOLDS))
                .contains(
                        "ownership kept, found",
                        "conditional delete",
                        "delete of another's",
                        "delete and its proof",
                        "charge",
                        "found by key",
                        "same key twice",
                        "refund and its proof",
                        "void",
                        "message");
        JsonNode effects = sandbox("GET", "/sandbox/ledger", "");
        assertThat(effects(effects, "profile", "create")).isOne();
        assertThat(effects(effects, "profile", "delete")).isOne();
        assertThat(effects(effects, "payment", "charge")).isOne();
        assertThat(effects(effects, "payment", "refund")).isOne();
        assertThat(effects(effects, "email", "send")).isOne();
        assertThat(effects(effects, "sms", "send")).isOne();
    }

    @Test
    void withoutPermissionNothingIsChargedAndNothingSent() throws Exception {
        ProbeReport report = probe(NOTHING);

        assertThat(report.isGood()).as("%s", report).isTrue();
        assertThat(checks(report, Verdict.NOT_CHECKED))
                .extracting(Check::seen)
                .contains(
                        "not tried: give --charge=PAYMENT_METHOD",
                        "not tried: give --email=…",
                        "not tried: give --phone=…");
        JsonNode calls = sandbox("GET", "/sandbox/ledger", "");
        assertThat(calls).isNotEmpty();
        assertThat(calls.findValuesAsText("operation")).doesNotContain("charge", "void", "refund", "send");
    }

    @Test
    void gatewayThatIgnoresKeysIsNamedAndBothPaymentsAreGivenBack() throws Exception {
        sandbox("PUT", "/sandbox/faults", """
                [{"service": "payment", "operation": "charge", "kind": "double", "times": 1}]""");

        ProbeReport report = probe(EVERYTHING);

        assertThat(broken(report)).containsExactly("same key twice: 2 payments");
        assertThat(report.services()).allMatch(service -> service.leftBehind().isEmpty());
        assertThat(effects(sandbox("GET", "/sandbox/ledger", ""), "payment", "refund"))
                .isEqualTo(2);
        assertReadable("BROKEN same key twice", "A repeated charge would take the money twice.");
    }

    @Test
    void refundWithoutAnEffectIsNamedAndSaidToBeLeftBehind() throws Exception {
        sandbox("PUT", "/sandbox/faults", """
                [{"service": "payment", "operation": "refund", "kind": "lie"}]""");

        ProbeReport report = probe(EVERYTHING);

        assertThat(broken(report)).containsExactly("refund and its proof: accepted, but the money is still there");
        assertThat(report.services().get(1).leftBehind())
                .singleElement()
                .asString()
                .matches("payment \\S+ of 1\\.00 USD: refund it by hand");
        assertThat(report.isGood()).isFalse();
        assertReadable("LEFT BEHIND: payment ");
    }

    @Test
    void voidWithoutAnEffectIsNamedAndTheChargeGivenBack() throws Exception {
        sandbox("PUT", "/sandbox/faults", """
                [{"service": "payment", "operation": "void", "kind": "lie"}]""");

        ProbeReport report = probe(EVERYTHING);

        assertThat(broken(report)).containsExactly("void: charged 1.00 USD after the void");
        assertThat(report.services()).allMatch(service -> service.leftBehind().isEmpty());
        assertThat(effects(sandbox("GET", "/sandbox/ledger", ""), "payment", "refund"))
                .isEqualTo(2);
    }

    @Test
    void profileApiThatDropsTheOwnerIsNamedAndWhatIsLeftIsSaid() throws Exception {
        try (ForgetfulProfiles forgetful = new ForgetfulProfiles()) {
            ProbeReport report = probe(profile(forgetful.url()), payment(""), NOTHING);

            assertThat(broken(report)).contains("ownership kept, found: the profile is FOREIGN");
            assertThat(report.services().get(0).leftBehind())
                    .singleElement()
                    .asString()
                    .startsWith("the profile of user registrar-probe-");
            assertReadable("An undo cannot determine the owner");
        }
    }

    @Test
    void credentialThatIsNotAskedForIsNamed() throws Exception {
        ProbeReport report =
                probe(profile(url("profile")), payment(", \"credential\": {\"value\": \"a-key\"}"), NOTHING);

        assertThat(broken(report)).containsExactly("wrong credential: it was answered");
        assertReadable("Anyone who can reach the provider can do what we can.");
    }

    @Test
    void providerThatIsNotThereIsSaidAndNothingFollows() throws Exception {
        sandbox.stop();

        ProbeReport report = probe(EVERYTHING);

        assertThat(broken(report)).hasSize(4).allMatch(text -> text.startsWith("an answer: "));
    }

    private ProbeReport probe(Options options) throws IOException {
        return probe(profile(url("profile")), payment(""), options);
    }

    private ProbeReport probe(ProfileFactory profile, PaymentFactory payment, Options options) throws IOException {
        ProbeText text = new ProbeText(new PrintStream(printed, true, StandardCharsets.UTF_8));
        ProbeReport report = new ProviderProbe(TemplateLoader.builtIn().load(), Clock.systemUTC(), options, text)
                .run(
                        profile,
                        payment,
                        JSON.readValue(section(url("email"), ""), EmailFactory.class),
                        JSON.readValue(section(url("sms"), ""), SmsFactory.class),
                        "welcome-email-1",
                        "welcome-sms-1");
        text.summary(report);
        return report;
    }

    private static ProfileFactory profile(String url) throws IOException {
        return JSON.readValue(section(url, ""), ProfileFactory.class);
    }

    private PaymentFactory payment(String more) throws IOException {
        return JSON.readValue(section(url("payment"), more), PaymentFactory.class);
    }

    private static String section(String url, String more) {
        return "{\"baseUrl\": \"" + url + "\"" + more + "}";
    }

    private String url(String service) {
        return "http://127.0.0.1:" + port + "/" + service;
    }

    private static List<Check> checks(ProbeReport report, Verdict verdict) {
        return report.services().stream()
                .map(ServiceReport::checks)
                .flatMap(List::stream)
                .filter(check -> check.verdict() == verdict)
                .toList();
    }

    private static List<String> promises(ProbeReport report, Verdict verdict) {
        return checks(report, verdict).stream().map(Check::promise).toList();
    }

    private static List<String> broken(ProbeReport report) {
        return checks(report, Verdict.BROKEN).stream()
                .map(check -> check.promise() + ": " + check.seen())
                .toList();
    }

    private static long effects(JsonNode ledger, String service, String operation) {
        long count = 0;
        for (JsonNode entry : ledger) {
            if (entry.path("service").asText().equals(service)
                    && entry.path("operation").asText().equals(operation)
                    && entry.path("effect").asBoolean()) {
                count++;
            }
        }
        return count;
    }

    /** Fits a terminal with 100 columns. */
    private void assertReadable(String... parts) {
        String text = printed.toString(StandardCharsets.UTF_8);
        assertThat(text).contains(parts);
        assertThat(text.lines()).allMatch(line -> line.length() <= 100);
    }

    private JsonNode sandbox(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        return JSON.readTree(HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body());
    }

    /** Speaks the documented protocol but stores no owner. */
    private static final class ForgetfulProfiles implements AutoCloseable {

        private final ConcurrentHashMap<String, String> profiles = new ConcurrentHashMap<>();
        private final HttpServer server;

        ForgetfulProfiles() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                String path = exchange.getRequestURI().getPath();
                String user = path.substring(path.lastIndexOf('/') + 1);
                @Nullable
                String answer = switch (exchange.getRequestMethod()) {
                    case "POST" -> create(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                    case "GET" -> profiles.get(user);
                    default -> profiles.remove(user);
                };
                byte[] body = (answer == null ? "{\"code\": \"not_found\"}" : answer).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        /** The response contains the owner; the stored profile does not. */
        private String create(String request) throws IOException {
            String user = JSON.readTree(request).path("userId").asText();
            profiles.put(user, "{\"userId\": \"" + user + "\"}");
            return request;
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
