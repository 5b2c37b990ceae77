package dev.registrar.standin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Program;
import dev.registrar.flow.RequiredTool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** emulate, which simulates Twilio and Resend and keeps state. Tests verify its lists. Thread-safe. */
public final class Emulate implements AutoCloseable {

    public static final String ACCOUNT_SID = "AC" + "0".repeat(32);
    public static final String AUTH_TOKEN = "twilio_test_auth_token";
    public static final String FROM = "+15551234567";
    public static final String RESEND_KEY = "re_test_key";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final StandInHttp http = new StandInHttp();
    private final int twilioPort;
    private final int resendPort;
    private final Program program;

    private Emulate(int twilioPort, int resendPort, Program program) {
        this.twilioPort = twilioPort;
        this.resendPort = resendPort;
        this.program = program;
    }

    /**
     * Starts it and returns once both services respond.
     *
     * @param directory for its output
     */
    public static Emulate start(Path directory) {
        int port = pairOfPorts();
        Program program = Program.start(
                directory,
                "emulate",
                Map.of(),
                List.of(RequiredTool.EMULATE.file().toString()),
                List.of("--service", "twilio,resend", "--port", Integer.toString(port)));
        Listening.await("emulate", program, port, port + 1);
        return new Emulate(port, port + 1, program);
    }

    /** Its services listen on consecutive ports. */
    private static int pairOfPorts() {
        FreePorts ports = new FreePorts();
        for (int i = 0; i < 100; i++) {
            int port = ports.next();
            try (ServerSocket next = new ServerSocket()) {
                next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port + 1));
                return port;
            } catch (IOException e) {
                // In use: try another pair.
            }
        }
        throw new IllegalStateException("no two free ports beside each other");
    }

    public int twilioPort() {
        return twilioPort;
    }

    public int resendPort() {
        return resendPort;
    }

    /** @param sid the message's id at the provider */
    public record Text(String sid, String to, String body, String status) {}

    /** The messages to a number, newest first. */
    public List<Text> texts(String to) {
        List<Text> texts = new ArrayList<>();
        JsonNode page = get(
                twilioPort,
                "/2010-04-01/Accounts/" + ACCOUNT_SID + "/Messages.json?PageSize=1000&To="
                        + URLEncoder.encode(to, StandardCharsets.UTF_8),
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString((ACCOUNT_SID + ":" + AUTH_TOKEN).getBytes(StandardCharsets.UTF_8)));
        for (JsonNode message : page.path("messages")) {
            texts.add(new Text(
                    message.path("sid").asText(),
                    message.path("to").asText(),
                    message.path("body").asText(),
                    message.path("status").asText()));
        }
        return texts;
    }

    public record Email(String id, List<String> to, String from, String subject, String text, String html) {}

    public List<Email> emails() {
        List<Email> emails = new ArrayList<>();
        for (JsonNode email : get(resendPort, "/emails", "Bearer " + RESEND_KEY).path("data")) {
            List<String> to = new ArrayList<>();
            email.path("to").forEach(address -> to.add(address.asText()));
            emails.add(new Email(
                    email.path("id").asText(),
                    to,
                    email.path("from").asText(),
                    email.path("subject").asText(),
                    email.path("text").asText(),
                    email.path("html").asText()));
        }
        return emails;
    }

    private JsonNode get(int port, String path, String authorization) {
        return http.get(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LIMIT)
                .header("Authorization", authorization)
                .build());
    }

    @Override
    public void close() {
        program.close();
    }
}
