package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.RegistrarApplication;
import dev.registrar.RegistrarConfiguration;
import dev.registrar.crypto.TestKeys;
import dev.registrar.database.TestDatabase;
import io.dropwizard.testing.DropwizardTestSupport;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The whole service with config-test.yml, one per test run; injected as a parameter. */
final class RunningRegistrar implements ParameterResolver {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Service.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(RunningRegistrar.class))
                .getOrComputeIfAbsent(Service.class, key -> Service.start(), Service.class);
    }

    record Answer(int status, String body) {

        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError(body, e);
            }
        }

        String lastLine() {
            String[] lines = body.split("\n", -1);
            return lines[lines.length - 2];
        }
    }

    /** The service, with access to its sandbox and database. */
    static final class Service implements AutoCloseable {

        private final HttpClient http = HttpClient.newHttpClient();
        private final TestDatabase database;
        private final DropwizardTestSupport<RegistrarConfiguration> support;
        private final Path directory;
        private final int sandboxPort;

        private Service(
                TestDatabase database,
                DropwizardTestSupport<RegistrarConfiguration> support,
                Path directory,
                int sandboxPort) {
            this.database = database;
            this.support = support;
            this.directory = directory;
            this.sandboxPort = sandboxPort;
        }

        private static Service start() {
            try {
                Path directory = Files.createTempDirectory("registrar-admin-test");
                TestDatabase database = new TestDatabase();
                database.open();
                int port = freePort();
                String config = Files.readString(Path.of("src/test/resources/config-test.yml"))
                        .replaceAll(
                                "(?s)database:.*?\n\n",
                                "database:\n  type: postgresql\n  url: " + database.url() + "\n  user: "
                                        + database.user() + "\n  password: " + database.password() + "\n\n")
                        .replace("${SANDBOX_PORT:-8090}", String.valueOf(port))
                        .replace("${REGISTRAR_DATA:-target/data}", directory.toString())
                        .replace("dev.registrar: INFO", "dev.registrar: ERROR")
                        .concat(TestKeys.SECTION);
                Path file = Files.writeString(directory.resolve("config.yml"), config);
                DropwizardTestSupport<RegistrarConfiguration> support =
                        new DropwizardTestSupport<>(RegistrarApplication.class, file.toString());
                support.before();
                return new Service(database, support, directory, port);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0)) {
                return socket.getLocalPort();
            }
        }

        @Override
        public void close() {
            support.after();
            try {
                database.close();
                deleteDirectory();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private void deleteDirectory() throws IOException {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }

        Jdbi jdbi() {
            return database.jdbi();
        }

        TestDatabase database() {
            return database;
        }

        String adminHost() {
            return "127.0.0.1:" + support.getAdminPort();
        }

        /** @param namesAndValues name, value, name, value, … */
        Answer task(String name, String... namesAndValues) {
            return send(taskRequest(name, namesAndValues));
        }

        HttpRequest.Builder taskRequest(String name, String... namesAndValues) {
            StringBuilder query = new StringBuilder("?");
            for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
                query.append(namesAndValues[i])
                        .append('=')
                        .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8))
                        .append('&');
            }
            return admin("/tasks/" + name + query).POST(HttpRequest.BodyPublishers.noBody());
        }

        /** With actor and reason; returns the JSON. */
        Answer change(String name, String... namesAndValues) {
            String[] all = Stream.concat(
                            Stream.of(namesAndValues), Stream.of("actor", "ann", "reason", "test", "format", "json"))
                    .toArray(String[]::new);
            return task(name, all);
        }

        /** The same call by two operators at once; in the order of their status. */
        List<Answer> twiceAtOnce(String name, String... namesAndValues) {
            CyclicBarrier start = new CyclicBarrier(2);
            Supplier<Answer> call = () -> {
                try {
                    start.await(20, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                return change(name, namesAndValues);
            };
            CompletableFuture<Answer> other = CompletableFuture.supplyAsync(call);
            return Stream.of(call.get(), other.join())
                    .sorted(Comparator.comparing(Answer::status))
                    .toList();
        }

        /** How many commands the registration has received. */
        int commandSeq(String registration) {
            return jdbi().withHandle(
                            handle -> handle.createQuery("SELECT command_seq FROM registrations WHERE id = :id")
                                    .bind("id", UUID.fromString(registration))
                                    .mapTo(Integer.class)
                                    .one());
        }

        HttpRequest.Builder admin(String path) {
            return HttpRequest.newBuilder(URI.create("http://" + adminHost() + path));
        }

        Answer get(String path) {
            return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + support.getLocalPort() + path)));
        }

        Answer send(HttpRequest.Builder request) {
            try {
                HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                return new Answer(response.statusCode(), response.body());
            } catch (IOException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Registers a new user and waits for the end. */
        JsonNode register(String paymentMethod) {
            return register(paymentMethod, 20);
        }

        JsonNode register(String paymentMethod, int waitSeconds) {
            String userId = "u-" + UUID.randomUUID();
            String body = """
                    {"userProfile": {"userId": "%s", "email": "ada@example.com", "fullName": "Ada Lovelace",
                                     "phoneNumber": "+14155550101"},
                     "payment": {"amount": 49.90, "currency": "USD", "paymentMethod": "%s",
                                 "description": "Plan of Ada"}}
                    """.formatted(userId, paymentMethod);
            return send(HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + support.getLocalPort() + "/v1/registrations"))
                            .header("Content-Type", "application/json")
                            .header("Prefer", "wait=" + waitSeconds)
                            .POST(HttpRequest.BodyPublishers.ofString(body)))
                    .json();
        }

        JsonNode registration(String id) {
            return get("/v1/registrations/" + id).json();
        }

        void awaitStatus(String id, String status) {
            await(() -> registration(id).path("status").asText().equals(status));
        }

        void faults(String json) {
            send(sandbox("/sandbox/faults").PUT(HttpRequest.BodyPublishers.ofString(json)));
        }

        /** Requests with this key that had an effect. */
        int effects(String key) {
            int effects = 0;
            for (JsonNode entry : send(sandbox("/sandbox/ledger?key=" + key)).json()) {
                effects += entry.path("effect").asBoolean() ? 1 : 0;
            }
            return effects;
        }

        HttpRequest.Builder sandbox(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sandboxPort + path));
        }

        int audits(String action, String subject) {
            return jdbi().withHandle(handle -> handle.createQuery(
                            "SELECT count(*) FROM audit WHERE action = :action AND subject = :subject")
                    .bind("action", action)
                    .bind("subject", subject)
                    .mapTo(Integer.class)
                    .one());
        }

        /** Leaves the whole undo of a completed registration open, like a saga whose refund failed for good. */
        void leaveUndoOpen(JsonNode registration) {
            UUID id = UUID.fromString(registration.path("id").asText());
            String transaction =
                    registration.path("steps").get(1).path("reference").asText();
            String userId = registration.path("userId").asText();
            jdbi().useTransaction(handle -> {
                handle.execute(
                        "UPDATE registrations SET status = 'NEEDS_ATTENTION', finished_at = NULL, compensating_at = now(),"
                                + " intended_end = 'FAILED' WHERE id = ?",
                        id);
                handle.execute(
                        "INSERT INTO compensations (id, registration_id, position, action, service, state, reference, amount,"
                                + " currency, idempotency_key, opened_at)"
                                + " VALUES (gen_random_uuid(), ?, 1, 'refund', 'payment', 'OPEN', ?, 49.90, 'USD', ?, now())",
                        id,
                        transaction,
                        "refund:" + id);
                handle.execute(
                        "INSERT INTO compensations (id, registration_id, position, action, service, state, reference,"
                                + " opened_at)"
                                + " VALUES (gen_random_uuid(), ?, 2, 'delete_account', 'database', 'PLANNED', ?, now()),"
                                + " (gen_random_uuid(), ?, 3, 'delete_profile', 'profile', 'PLANNED', ?, now())",
                        id,
                        userId,
                        id,
                        userId);
            });
        }

        /** Whether the registration's own run opened a row with this action. */
        boolean hasRow(String registration, String action) {
            return !rows(registration, action).isEmpty();
        }

        /** The id of the registration's only row with this action. */
        String row(String registration, String action) {
            List<String> rows = rows(registration, action);
            assertThat(rows).as("rows of %s", action).hasSize(1);
            return rows.get(0);
        }

        private List<String> rows(String registration, String action) {
            return jdbi().withHandle(handle -> handle.createQuery(
                            "SELECT CAST(id AS text) FROM compensations WHERE registration_id = :id AND action = :action")
                    .bind("id", UUID.fromString(registration))
                    .bind("action", action)
                    .mapTo(String.class)
                    .list());
        }

        void await(BooleanSupplier condition) {
            long end = System.nanoTime() + 20_000_000_000L;
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("the condition did not come true within 20 s");
                }
                try {
                    Thread.sleep(50);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
