package dev.registrar.api;

import dev.registrar.access.AccessRefusedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns everything that goes wrong in a request into a problem document. Thread-safe. */
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
                            "The request is not known to be accepted. Send the same request again: it cannot register twice.")
                    .toResponse();
        }
        LOG.error("unexpected", thrown);
        return Problem.of(500, "internal_error", "Something unexpected went wrong here.")
                .toResponse();
    }

    private static Response framework(Response response) {
        int status = response.getStatus();
        if (status < 400) {
            return response;
        }
        Response.ResponseBuilder builder = switch (status) {
            case 404 -> Problem.of(404, "not_found", "There is nothing here.").builder();
            case 405 ->
                Problem.of(405, "method_not_allowed", "See the Allow header.").builder();
            case 406 ->
                Problem.of(406, "not_acceptable", "Answers are application/json.")
                        .builder();
            case 415 ->
                Problem.of(415, "media_type_unsupported", "Send application/json.")
                        .builder();
            default ->
                Problem.of(status, "http_" + status, "The request was refused.").builder();
        };
        String allow = response.getHeaderString(HttpHeaders.ALLOW);
        return allow == null
                ? builder.build()
                : builder.header(HttpHeaders.ALLOW, allow).build();
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }
}
