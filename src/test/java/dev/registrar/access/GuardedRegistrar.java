package dev.registrar.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.registrar.RegistrarApplication;
import dev.registrar.RegistrarConfiguration;
import dev.registrar.crypto.TestKeys;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.Secret;
import dev.registrar.sandbox.SandboxConfiguration;
import dev.registrar.sandbox.SandboxServer;
import io.dropwizard.testing.DropwizardTestSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The whole service with API keys and low limits, one per test run; injected as a parameter of test methods. */
final class GuardedRegistrar implements ParameterResolver {

    /** Concurrent requests, concurrent waits, and registrations per caller and minute. */
    static final int PLACES = 6;

    static final int WAITS = 2;
    static final int RATE = 8;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Service.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(GuardedRegistrar.class))
                .getOrComputeIfAbsent(Service.class, key -> Service.started(), Service.class);
    }

    record Answer(int status, String body, HttpResponse<String> response) {

        JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(body, e);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    static final class Service implements AutoCloseable {

        private final HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final SecureRandom random = new SecureRandom();
        private final Map<String, Secret> keys = new HashMap<>();
        private final Path directory;
        private final TestDatabase database = new TestDatabase();
        private final SandboxServer sandbox;
        private final DropwizardTestSupport<RegistrarConfiguration> support;

        private Service() throws Exception {
            directory = Files.createTempDirectory("registrar-access");
            database.open();
            sandbox = new SandboxServer(
                    new SandboxConfiguration(true, 0, null, directory.resolve("sandbox"), null, null, null),
                    Clock.systemUTC());
            sandbox.start();
            support = new DropwizardTestSupport<>(
                    RegistrarApplication.class, configuration().toString());
            support.before();
        }

        static Service started() {
            try {
                return new Service();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private Path configuration() throws IOException {
            ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
            ObjectNode root = (ObjectNode)
                    yaml.readTree(Path.of("src/test/resources/config-test.yml").toFile());
            root.putObject("database")
                    .put("type", "postgresql")
                    .put("url", database.url())
                    .put("user", database.user())
                    .put("password", database.password());
            root.set("encryption", yaml.readTree(TestKeys.SECTION).path("encryption"));
            root.putObject("sandbox").put("enabled", false);
            for (String service : List.of("profile", "payment", "email", "sms")) {
                ((ObjectNode) root.path("services").path(service))
                        .put("baseUrl", "http://127.0.0.1:" + sandbox.port() + "/" + service);
            }
            ObjectNode auth = root.putObject("auth").put("type", "api-keys").put("failuresPerMinute", 1_000_000);
            ArrayNode list = auth.putArray("keys");
            for (String id : List.of("shop-a", "shop-b", "limited", "waiter", "holder")) {
                key(list, id, "client");
            }
            key(list, "ops", "operator");
            key(list, "audit", "auditor");
            key(list, "expired", "operator").put("expires", "2020-01-01T00:00:00Z");
            ObjectNode limits =
                    root.putObject("limits").put("concurrentRequests", PLACES).put("waitingRequests", WAITS);
            limits.putObject("rate")
                    .putObject("registrationsPerCaller")
                    .put("permits", RATE)
                    .put("per", "60 s");
            Path file = directory.resolve("config.yml");
            yaml.writeValue(file.toFile(), root);
            return file;
        }

        private ObjectNode key(ArrayNode list, String id, String role) {
            Secret key = ApiKey.generate(random);
            keys.put(id, key);
            return list.addObject().put("id", id).put("role", role).put("hash", ApiKey.hash(key));
        }

        /** The value of {@code Authorization} for this caller. */
        String credentials(String id) {
            return "Bearer " + Objects.requireNonNull(keys.get(id), id).reveal();
        }

        DropwizardTestSupport<RegistrarConfiguration> support() {
            return support;
        }

        Jdbi jdbi() {
            return database.jdbi();
        }

        int port() {
            return support.getLocalPort();
        }

        int adminPort() {
            return support.getAdminPort();
        }

        HttpRequest.Builder request(String method, String path) {
            return to(port(), method, path);
        }

        HttpRequest.Builder admin(String method, String path) {
            return to(adminPort(), method, path);
        }

        private static HttpRequest.Builder to(int port, String method, String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(60))
                    .method(method, BodyPublishers.noBody());
        }

        /** A request that registers a new user. */
        HttpRequest.Builder registration(String id) {
            String body = """
                    {"userProfile": {"userId": "u-%s", "email": "ada@example.com", "fullName": "Ada Lovelace",
                                     "phoneNumber": "+14155550101"},
                     "payment": {"amount": 49.90, "currency": "USD", "paymentMethod": "pm_card_ok"}}
                    """.formatted(UUID.randomUUID());
            return request("POST", "/v1/registrations")
                    .header("Authorization", credentials(id))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body));
        }

        Answer send(HttpRequest.Builder request) {
            try {
                HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
                return new Answer(response.statusCode(), response.body(), response);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        Answer as(String id, HttpRequest.Builder request) {
            return send(request.setHeader("Authorization", credentials(id)));
        }

        HttpClient client() {
            return client;
        }

        /** Replaces the sandbox's faults. */
        void faults(String json) {
            send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sandbox.port() + "/sandbox/faults"))
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofString(json)));
        }

        @Override
        public void close() {
            support.after();
            try {
                sandbox.stop();
                database.close();
                try (var files = Files.walk(directory)) {
                    for (Path file :
                            files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
