package dev.registrar.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Program;
import dev.registrar.flow.RequiredTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/**
 * Mailpit, a mail server that requires STARTTLS and AUTH, keeps every message, and fails commands at random on request.
 * Tests verify its messages. Thread-safe.
 */
public final class Mailpit implements AutoCloseable {

    public static final String USER = "registrar";
    public static final String PASSWORD = "open-sesame";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StandInHttp http = new StandInHttp();
    private final int port;
    private final int apiPort;
    private final TestCertificate certificate;
    private final Program program;

    private Mailpit(int port, int apiPort, TestCertificate certificate, Program program) {
        this.port = port;
        this.apiPort = apiPort;
        this.certificate = certificate;
        this.program = program;
    }

    /**
     * Starts it and returns once it listens.
     *
     * @param directory for its output, its messages and its certificate
     */
    public static Mailpit start(Path directory) {
        FreePorts ports = new FreePorts();
        int port = ports.next();
        int apiPort = ports.next();
        TestCertificate certificate = TestCertificate.make(directory, "localhost");
        Program program = Program.start(
                directory,
                "mailpit",
                Map.of("MP_SMTP_AUTH", USER + ":" + PASSWORD),
                List.of(RequiredTool.MAILPIT.file().toString()),
                List.of(
                        "--smtp",
                        "127.0.0.1:" + port,
                        "--smtp-tls-cert",
                        certificate.certificateFile().toString(),
                        "--smtp-tls-key",
                        certificate.keyFile().toString(),
                        "--smtp-require-starttls",
                        "--smtp-disable-rdns",
                        "--listen",
                        "127.0.0.1:" + apiPort,
                        "--database",
                        directory.resolve("mailpit.db").toString(),
                        "--max",
                        "0",
                        "--disable-version-check",
                        "--enable-chaos"));
        Listening.await("Mailpit", program, port, apiPort);
        return new Mailpit(port, apiPort, certificate, program);
    }

    public int port() {
        return port;
    }

    /** Trusts only its certificate, which is for {@code localhost}. */
    public SSLSocketFactory trusting() {
        return certificate.context().getSocketFactory();
    }

    /** A command that fails on request. */
    public enum Trigger {
        AUTHENTICATION("Authentication"),
        SENDER("Sender"),
        RECIPIENT("Recipient");

        private final String wireName;

        Trigger(String wireName) {
            this.wireName = wireName;
        }
    }

    /**
     * @param code the reply to a command that fails
     * @param percent the share that fails, 0 to 100
     */
    public record Chaos(Trigger trigger, int code, int percent) {}

    /** Lets exactly these commands fail at random from now on. */
    public void fail(Chaos... commands) {
        Map<String, Map<String, Integer>> triggers = new HashMap<>();
        for (Chaos chaos : commands) {
            triggers.put(chaos.trigger().wireName, Map.of("ErrorCode", chaos.code(), "Probability", chaos.percent()));
        }
        try {
            http.succeeding(request("/api/v1/chaos")
                    .PUT(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(triggers)))
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param messageId without angle brackets
     * @param username the sender's login
     */
    public record Message(String messageId, String to, String subject, String username) {}

    public List<Message> messages() {
        return list("/api/v1/messages?limit=100000");
    }

    /** The messages with this Message-ID, given without angle brackets. */
    public List<Message> messages(String messageId) {
        return list("/api/v1/search?limit=100000&query="
                + URLEncoder.encode("message-id:\"" + messageId + "\"", StandardCharsets.UTF_8));
    }

    private List<Message> list(String path) {
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : http.get(request(path).build()).path("messages")) {
            messages.add(new Message(
                    message.path("MessageID").asText(),
                    message.path("To").path(0).path("Address").asText(),
                    message.path("Subject").asText(),
                    message.path("Username").asText()));
        }
        return messages;
    }

    public void clear() {
        http.succeeding(request("/api/v1/messages").DELETE().build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + apiPort + path));
    }

    @Override
    public void close() {
        program.close();
    }
}
