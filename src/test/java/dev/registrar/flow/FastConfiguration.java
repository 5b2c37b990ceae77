package dev.registrar.flow;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The text of config-test.yml, its sections that tests change, and the changes of one test. */
final class FastConfiguration {

    static final String EMBEDDED_DATABASE =
            "  type: embedded\n  dataDirectory: ${REGISTRAR_DATA:-target/data}/postgres\n";
    static final String UNDO = """
                undo:
                  startToClose: 30 s
                  firstInterval: 200 ms
                  maxInterval: 6 s
                  factor: 2.0
                  attempts: 10
                  patience: 30 s""".indent(4).stripTrailing();
    static final String PAYMENT = "    baseUrl: http://127.0.0.1:${SANDBOX_PORT:-8090}/payment\n";
    static final String RETRY = "  retryUndo: {first: 3 s, factor: 2, max: 10 s, for: 1 h}\n";

    static final String REFUND_WATCH = "  refundWatch: [20 s, 60 s]\n";

    /** For tests in which operators repair: the service would retry first. */
    static final String RETRY_LATER = "  retryUndo: {first: 1 h, factor: 2, max: 6 h, for: 7 d}\n";

    static final String BEST_EFFORT = "attempts: 3\n      patience: 6 s\n";
    static final String MESSAGES_BREAKER = "    deadline: 1 s\n    breaker:\n      openFor: 2 s\n";
    static final String ENCRYPTION =
            "\nencryption:\n  keys:\n    - {id: first, value: \"${TEST_ENCRYPTION_KEY}\"}\n  active: first\n";
    static final String LOGGING = """
            logging:
              level: WARN
              loggers:
                io.temporal: ERROR
                dev.registrar: INFO
                org.eclipse.jetty.http: ERROR
                org.eclipse.jetty.util.HostPort: ERROR
                org.eclipse.jetty.ee10.servlet.ServletChannelState: ERROR
                org.glassfish.jersey.server.ServerRuntime$Responder: "OFF"
            """;
    static final String EMBEDDED_TEMPORAL = "temporal:\n  type: embedded\n";

    private String text;

    FastConfiguration() {
        try (InputStream in = Objects.requireNonNull(FastConfiguration.class.getResourceAsStream("/config-test.yml"))) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text() {
        return text;
    }

    void edit(String part, String replacement) {
        if (!text.contains(part)) {
            throw new IllegalStateException("config-test.yml no longer has:\n" + part);
        }
        text = text.replace(part, replacement);
    }

    /** Replaces the sandbox with other providers. */
    void services(String section) {
        int from = text.indexOf("services:\n");
        text = text.substring(0, from) + section + text.substring(text.indexOf("\nlimits:", from));
    }

    void add(String section) {
        text += section;
    }

    /** Replaces the last section. */
    void replaceFrom(String heading, String section) {
        text = text.substring(0, text.indexOf(heading)) + section;
    }
}
