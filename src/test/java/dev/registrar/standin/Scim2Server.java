package dev.registrar.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Program;
import dev.registrar.flow.RequiredTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** scim2-server, a SCIM 2.0 server with a memory. Its users are the witness. Thread-safe. */
public final class Scim2Server implements AutoCloseable {

    public static final String TOKEN = "scim-token-of-the-tests";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;
    private final Program program;

    private Scim2Server(int port, Program program) {
        this.port = port;
        this.program = program;
    }

    /**
     * Starts it; returns once it listens.
     *
     * @param directory gets its output
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

    /** Ends where {@code /Users} begins. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port + "/v2");
    }

    /** @param externalId the registration that made it */
    public record User(String userName, String externalId, boolean active) {}

    /** All users that it holds. */
    public List<User> users() {
        return entries().stream()
                .map(user -> new User(
                        user.path("userName").asText(),
                        user.path("externalId").asText(),
                        user.path("active").asBoolean()))
                .toList();
    }

    /** The same with every attribute. */
    public List<JsonNode> entries() {
        try {
            List<JsonNode> entries = new ArrayList<>();
            int total;
            do {
                JsonNode page = page(entries.size() + 1);
                total = page.path("totalResults").asInt();
                page.path("Resources").forEach(entries::add);
            } while (entries.size() < total);
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private JsonNode page(int startIndex) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/Users?count=50&startIndex=" + startIndex))
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode page = JSON.readTree(answer.body());
        if (answer.statusCode() != 200
                || (page.path("Resources").isEmpty()
                        && page.path("totalResults").asInt() >= startIndex)) {
            throw new AssertionError("scim2-server: " + answer.statusCode() + " " + answer.body());
        }
        return page;
    }

    @Override
    public void close() {
        program.close();
    }
}
