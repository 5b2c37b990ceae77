package dev.registrar.api;

import dev.registrar.access.AccessRefusedException;
import dev.registrar.api.Problem.ProblemException;
import dev.registrar.model.NewerVersionException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.io.EOFException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every exception of a request into a problem document. Thread-safe. */
public final class ProblemExceptionMapper implements ExceptionMapper<Throwable> {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemExceptionMapper.class);

    @Override
    public Response toResponse(Throwable thrown) {
        if (thrown instanceof ProblemException e) {
            return e.problem().toResponse();
        }
        if (thrown instanceof AccessRefusedException e) {
            Response.ResponseBuilder refusal =
                    Problem.of(e.status(), e.code(), e.detail()).builder();
            e.headers().forEach(refusal::header);
            return refusal.build();
        }
        if (thrown instanceof WebApplicationException e) {
            return framework(e.getResponse());
        }
        if (thrown instanceof JdbiException) {
            LOG.warn(
                    "the database did not answer: {}", rootOf(thrown).getClass().getName());
            return Problem.of(
                            503,
                            "unavailable",
                            "The outcome is unknown. Send the same request again: it cannot register twice.")
                    .toResponse();
        }
        if (thrown instanceof NewerVersionException) {
            LOG.warn("a request is left to a newer instance: {}", thrown.getMessage());
            return Problem.ofStatus(503).toResponse();
        }
        Optional<Problem> inBody = inBody(thrown);
        if (inBody.isPresent()) {
            return inBody.get().builder().header("Connection", "close").build();
        }
        LOG.error("unexpected", thrown);
        return Problem.ofStatus(500).toResponse();
    }

    private static Response framework(Response response) {
        int status = response.getStatus();
        if (status < 400) {
            return response;
        }
        Response.ResponseBuilder builder = Problem.ofStatus(status).builder();
        String allow = response.getHeaderString(HttpHeaders.ALLOW);
        return allow == null
                ? builder.build()
                : builder.header(HttpHeaders.ALLOW, allow).build();
    }

    /** The problem that the server found while reading the body: bad chunks, too long, or cut off. */
    private static Optional<Problem> inBody(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpException e) {
                return Optional.of(Problem.ofStatus(e.getCode()));
            }
            if (cause instanceof TimeoutException) {
                return Optional.of(Problem.ofStatus(408));
            }
            if (cause instanceof EOFException || cause instanceof ClosedChannelException) {
                return Optional.of(Problem.of(400, "body_incomplete", "The body is incomplete."));
            }
        }
        return Optional.empty();
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }
}
