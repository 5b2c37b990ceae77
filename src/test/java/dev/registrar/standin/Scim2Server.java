package dev.registrar.standin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Program;
import dev.registrar.flow.RequiredTool;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** scim2-server, a SCIM 2.0 server that keeps state. Tests verify its users. Thread-safe. */
public final class Scim2Server implements AutoCloseable {

    public static final String TOKEN = "scim-token-of-the-tests";

    private final StandInHttp http = new StandInHttp();
    private final int port;
    private final Program program;

    private Scim2Server(int port, Program program) {
        this.port = port;
        this.program = program;
    }

    /**
     * Starts it and returns once it listens.
     *
     * @param directory for its output
     */
    public static Scim2Server start(Path directory) {
        int port = new FreePorts().next();
        Program program = Program.start(
                directory,
                "scim2-server",
                Map.of(),
                List.of(RequiredTool.SCIM2_SERVER.file().toString()),
                List.of("--port", Integer.toString(port), "--bearer-token", TOKEN));
        Listening.await("scim2-server", program, port);
        return new Scim2Server(port, program);
    }

    public int port() {
        return port;
    }

    /** The URL before {@code /Users}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port + "/v2");
    }

    /** @param externalId the registration that created it */
    public record User(String userName, String externalId, boolean active) {}

    public List<User> users() {
        return entries().stream()
                .map(user -> new User(
                        user.path("userName").asText(),
                        user.path("externalId").asText(),
                        user.path("active").asBoolean()))
                .toList();
    }

    /** All users with every attribute. */
    public List<JsonNode> entries() {
        List<JsonNode> entries = new ArrayList<>();
        int total;
        do {
            JsonNode page = page(entries.size() + 1);
            total = page.path("totalResults").asInt();
            page.path("Resources").forEach(entries::add);
        } while (entries.size() < total);
        return entries;
    }

    private JsonNode page(int startIndex) {
        JsonNode page = http.get(HttpRequest.newBuilder(URI.create(url() + "/Users?count=50&startIndex=" + startIndex))
                .header("Authorization", "Bearer " + TOKEN)
                .build());
        if (page.path("Resources").isEmpty() && page.path("totalResults").asInt() >= startIndex) {
            throw new AssertionError("scim2-server: " + page);
        }
        return page;
    }

    @Override
    public void close() {
        program.close();
    }
}
