package dev.registrar.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.registrar.RegistrarApplication;
import dev.registrar.RegistrarConfiguration;
import dev.registrar.crypto.TestKeys;
import dev.registrar.database.TestDatabase;
import dev.registrar.sandbox.SandboxConfiguration;
import dev.registrar.sandbox.SandboxServer;
import io.dropwizard.testing.DropwizardTestSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The real application on {@code config-test.yml} with its own database and sandbox, one per test run; injected as a
 * parameter of test methods.
 */
final class RunningService implements ParameterResolver, BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        instance(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Instance.class;
    }

    @Override
    public Instance resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return instance(context);
    }

    private static Instance instance(ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(RunningService.class))
                .getOrComputeIfAbsent(Instance.class, key -> Instance.started(), Instance.class);
    }

    /** The running service; closed at the end of the run. */
    static final class Instance implements AutoCloseable {

        private static final ObjectMapper JSON = new ObjectMapper();

        private final Path directory;
        private final TestDatabase database = new TestDatabase();
        private final Jdbi jdbi;
        private final SandboxServer sandbox;
        private final DropwizardTestSupport<RegistrarConfiguration> application;
        private final HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        private Instance(Consumer<ObjectNode> change) throws Exception {
            directory = Files.createTempDirectory("registrar-api");
            database.open();
            jdbi = database.jdbi();
            sandbox = new SandboxServer(
                    new SandboxConfiguration(true, 0, null, directory.resolve("sandbox"), null, null, null),
                    Clock.systemUTC());
            sandbox.start();
            application = new DropwizardTestSupport<>(
                    RegistrarApplication.class, configuration(change).toString());
            application.before();
        }

        static Instance started() {
            return started(root -> {});
        }

        /** Another one, to be closed by the caller. */
        static Instance started(Consumer<ObjectNode> change) {
            try {
                return new Instance(change);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        /** The fast configuration with the test's database and sandbox instead of embedded ones. */
        private Path configuration(Consumer<ObjectNode> change) throws IOException {
            ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
            ObjectNode root = (ObjectNode)
                    yaml.readTree(Path.of("src/test/resources/config-test.yml").toFile());
            root.putObject("database")
                    .put("type", "postgresql")
                    .put("url", database.url())
                    .put("user", database.user())
                    .put("password", database.password());
            ObjectNode encryption = root.putObject("encryption").put("active", "first");
            encryption.putArray("keys").addObject().put("id", "first").put("value", TestKeys.FIRST);
            root.putObject("sandbox").put("enabled", false);
            for (String connector : List.of("applicationConnectors", "adminConnectors")) {
                ((ObjectNode) root.path("server").path(connector).get(0)).put("port", 0);
            }
            for (String service : List.of("profile", "payment", "email", "sms")) {
                ((ObjectNode) root.path("services").path(service))
                        .put("baseUrl", "http://127.0.0.1:" + sandbox.port() + "/" + service);
            }
            change.accept(root);
            Path file = directory.resolve("config.yml");
            yaml.writeValue(file.toFile(), root);
            return file;
        }

        int port() {
            return application.getLocalPort();
        }

        int adminPort() {
            return application.getAdminPort();
        }

        Jdbi jdbi() {
            return jdbi;
        }

        int registrations() {
            return jdbi().withHandle(handle -> handle.createQuery("SELECT count(*) FROM registrations")
                    .mapTo(Integer.class)
                    .one());
        }

        HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                    .timeout(Duration.ofSeconds(40));
        }

        Answer post(String body, String... headers) {
            HttpRequest.Builder request = request("/v1/registrations")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return send(request.build());
        }

        Answer get(String path, String... headers) {
            HttpRequest.Builder request = request(path).GET();
            if (headers.length > 0) {
                request.headers(headers);
            }
            return send(request.build());
        }

        Answer send(HttpRequest request) {
            try {
                return new Answer(client.send(request, HttpResponse.BodyHandlers.ofString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        HttpClient client() {
            return client;
        }

        /** Replaces the sandbox's faults; {@code []} for none. */
        void faults(String json) {
            Answer answer =
                    send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sandbox.port() + "/sandbox/faults"))
                            .header("Content-Type", "application/json")
                            .PUT(HttpRequest.BodyPublishers.ofString(json))
                            .build());
            if (answer.status() / 100 != 2) {
                throw new IllegalStateException(answer.body());
            }
        }

        /** The profile provider's record of a user. */
        JsonNode profile(String userId) {
            return send(HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + sandbox.port() + "/profile/profiles/" + userId))
                            .build())
                    .json();
        }

        /** How many payments of a user were captured, according to the sandbox. */
        int charges(String userId) {
            return send(HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:" + sandbox.port() + "/sandbox/summary?userId=" + userId))
                            .build())
                    .json()
                    .path("users")
                    .path(userId)
                    .path("USD")
                    .path("charges")
                    .asInt();
        }

        @Override
        public void close() {
            stopService();
            try {
                sandbox.stop();
                database.close();
                deleteDirectory();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        /**
         * After aborted requests Jetty may wait out its grace period for one that never ends; it has stopped all the
         * same.
         */
        private void stopService() {
            try {
                application.after();
            } catch (RuntimeException e) {
                if (!(e.getCause() instanceof TimeoutException)) {
                    throw e;
                }
                System.out.println("NOTE: the service needed its whole grace period to stop");
            }
        }

        private void deleteDirectory() throws IOException {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** A response. */
    record Answer(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        String body() {
            return response.body();
        }

        JsonNode json() {
            try {
                return Instance.JSON.readTree(body());
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(body(), e);
            }
        }

        String text(String field) {
            return json().path(field).asText();
        }

        /** The path in the Location header. */
        String location() {
            return URI.create(header("Location")).getPath();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }
}
