package dev.registrar.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.access.AccessRefusedException;
import dev.registrar.operations.OperationRefusedException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes values and refusals as JSON; refusals are {@code {"error": "sentence"}}. Thread-safe. */
final class JsonReply {

    private static final Logger LOG = LoggerFactory.getLogger(JsonReply.class);

    private final ObjectMapper mapper;

    JsonReply(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** What a route answers; throws if it refuses or cannot. */
    @FunctionalInterface
    interface Answer {

        Object get();
    }

    /** Writes the value, or why there is none. */
    void write(HttpServletResponse response, Answer answer) throws IOException {
        try {
            send(response, 200, answer.get());
        } catch (OperationRefusedException e) {
            int status = switch (e.kind()) {
                case INVALID -> 400;
                case UNKNOWN_ID -> 404;
                case WRONG_STATE -> 409;
            };
            error(response, status, String.valueOf(e.getMessage()));
        } catch (AccessRefusedException e) {
            e.headers().forEach(response::setHeader);
            error(response, e.status(), e.detail());
        } catch (HttpException.RuntimeException e) {
            error(response, e.getCode(), "The parameters cannot be read.");
        } catch (JdbiException e) {
            LOG.warn("the console could not read: {}", e.getClass().getName());
            error(response, 503, "PostgreSQL does not answer.");
        } catch (RuntimeException e) {
            LOG.error("the console could not answer", e);
            error(response, 500, "An unexpected error occurred; see the log.");
        }
    }

    void error(HttpServletResponse response, int status, String sentence) throws IOException {
        send(response, status, Map.of("error", sentence));
    }

    private void send(HttpServletResponse response, int status, Object value) throws IOException {
        byte[] body = mapper.writeValueAsBytes(value);
        response.setStatus(status);
        response.setContentType("application/json;charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
