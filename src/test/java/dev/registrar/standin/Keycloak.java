package dev.registrar.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Program;
import dev.registrar.flow.RequiredTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Keycloak with its SCIM API and an in-memory database. Each {@link Realm} is a separate SCIM server, verified through
 * Keycloak's admin API. Thread-safe.
 */
public final class Keycloak implements AutoCloseable {

    /** For its start and, at the first start of a distribution, its preparation. Under a minute on an idle machine. */
    private static final Duration LIMIT = Duration.ofMinutes(8);

    private static final String ADMIN = "admin";
    private static final String PASSWORD = "open-sesame";

    /** Its exit code after preparing the distribution, to be started again; as in {@code kc.sh}. */
    private static final int PREPARED = 10;

    private final StandInHttp http = new StandInHttp();
    private final URI url;
    private final Program program;

    private Keycloak(URI url, Program program) {
        this.url = url;
        this.program = program;
    }

    /**
     * Starts it and returns once it responds.
     *
     * @param directory for its output
     */
    public static Keycloak start(Path directory) {
        int port = new FreePorts().next();
        Program program = launch(directory, port, false);
        if (!Listening.awaitOrEnd("Keycloak", program, LIMIT, port)) {
            int code = program.awaitEnd(LIMIT);
            if (code != PREPARED) {
                throw new AssertionError("Keycloak ended with " + code + ":\n" + program.output());
            }
            program = launch(directory, port, true);
            Listening.await("Keycloak", program, LIMIT, port);
        }
        return new Keycloak(URI.create("http://127.0.0.1:" + port), program);
    }

    /**
     * Replaces {@code kc.sh}, whose shell would run between us and the server, which survives if the shell is killed.
     */
    private static Program launch(Path directory, int port, boolean prepared) {
        Path home = home();
        List<String> arguments = new ArrayList<>(List.of(
                "-Xmx512m",
                // Halves the start time.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dfile.encoding=UTF-8",
                "-Dkc.home.dir=" + home,
                "-Djboss.server.config.dir=" + home.resolve("conf"),
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                "--add-opens=java.base/java.security=ALL-UNNAMED"));
        if (prepared) {
            arguments.add("-Dkc.config.built=true");
        }
        arguments.addAll(List.of(
                "-cp",
                home.resolve("lib/quarkus-run.jar").toString(),
                "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
                "--profile=dev",
                "start-dev",
                "--features=scim-api",
                "--db=dev-mem",
                "--http-host=127.0.0.1",
                "--http-port=" + port));
        return Program.start(
                directory,
                "keycloak",
                Map.of("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN, "KC_BOOTSTRAP_ADMIN_PASSWORD", PASSWORD),
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                arguments);
    }

    private static Path home() {
        try {
            Path script = RequiredTool.KEYCLOAK.file().toRealPath();
            return Objects.requireNonNull(script.getParent()).resolve("..").normalize();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates a realm with a SCIM API, a client for it, and Keycloak's default user profile. */
    public Realm realm(String name) {
        Realm realm = new Realm(name);
        admin("POST", "", """
                {"realm": "%s", "enabled": true, "scimApiEnabled": true, "accessTokenLifespan": 3600,
                 "clients": [{"clientId": "registrar", "secret": "%s", "serviceAccountsEnabled": true,
                   "standardFlowEnabled": false, "protocolMappers": [{"name": "scim", "protocol": "openid-connect",
                     "protocolMapper": "oidc-audience-mapper",
                     "config": {"included.custom.audience": "%s", "access.token.claim": "true"}}]}],
                 "users": [{"username": "service-account-registrar", "enabled": true,
                   "serviceAccountClientId": "registrar", "clientRoles": {"realm-management": ["manage-users"]}}]}
                """.formatted(name, PASSWORD, realm.scim()));
        return realm;
    }

    /** A realm: users, and a SCIM API for them. */
    public final class Realm {

        private final String name;

        private Realm(String name) {
            this.name = name;
        }

        /** Makes first and last name optional in its user profile; SCIM does not need them. */
        public Realm withoutRequiredNames() {
            return changed(attributes -> {
                for (JsonNode attribute : attributes) {
                    if (List.of("firstName", "lastName")
                            .contains(attribute.path("name").asText())) {
                        ((ObjectNode) attribute).remove("required");
                    }
                }
            });
        }

        /** Declares an attribute for {@code externalId} in its user profile; otherwise it is dropped. */
        public Realm withExternalId() {
            return changed(attributes -> attributes
                    .addObject()
                    .put("name", "externalId")
                    .putPOJO("permissions", Map.of("view", List.of("admin"), "edit", List.of("admin")))
                    .putPOJO("annotations", Map.of("kc.scim.schema.attribute", "externalId")));
        }

        private Realm changed(Consumer<ArrayNode> change) {
            String path = "/" + name + "/users/profile";
            JsonNode profile = admin("GET", path, "");
            change.accept((ArrayNode) profile.path("attributes"));
            admin("PUT", path, profile.toString());
            return this;
        }

        /** The URL before {@code /Users}. */
        public URI scim() {
            return url.resolve("/realms/" + name + "/scim/v2");
        }

        /** A bearer token for the SCIM API, valid for an hour. */
        public String token() {
            return Keycloak.this.token(
                    name, "grant_type=client_credentials&client_id=registrar&client_secret=" + PASSWORD);
        }

        public List<User> users() {
            List<User> users = new ArrayList<>();
            for (JsonNode user : admin("GET", "/" + name + "/users?max=10000&briefRepresentation=false", "")) {
                users.add(new User(
                        user.path("username").asText(),
                        user.path("email").asText(),
                        user.path("attributes").path("externalId").path(0).asText(),
                        user.path("enabled").asBoolean()));
            }
            return users;
        }
    }

    /** @param externalId the registration that created it; empty in a realm that drops it */
    public record User(String userName, String email, String externalId, boolean enabled) {}

    private JsonNode admin(String method, String path, String body) {
        String token =
                token("master", "grant_type=password&client_id=admin-cli&username=" + ADMIN + "&password=" + PASSWORD);
        return send(HttpRequest.newBuilder(url.resolve("/admin/realms" + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build());
    }

    private String token(String realm, String form) {
        return send(HttpRequest.newBuilder(url.resolve("/realms/" + realm + "/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build())
                .path("access_token")
                .asText();
    }

    private JsonNode send(HttpRequest request) {
        HttpResponse<String> answer = http.exchange(request);
        if (answer.statusCode() >= 300) {
            throw StandInHttp.failed(answer);
        }
        return StandInHttp.json(answer);
    }

    @Override
    public void close() {
        program.close();
    }
}
