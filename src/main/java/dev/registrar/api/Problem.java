package dev.registrar.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;

/**
 * A problem document as defined by RFC 9457.
 *
 * @param type the URI of the kind of problem, one per code
 * @param title the same for all problems of a code
 * @param code stable, for programs
 * @param detail for people; never quotes the request
 * @param errors one entry per invalid field, if any
 */
public record Problem(
        String type,
        String title,
        int status,
        String code,
        String detail,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors) {

    public static final String MEDIA_TYPE = "application/problem+json";

    public static Problem of(int status, String code, String detail) {
        return of(status, code, detail, List.of());
    }

    public static Problem of(int status, String code, String detail, List<FieldError> errors) {
        String title = code.substring(0, 1).toUpperCase(Locale.ROOT)
                + code.substring(1).replace('_', ' ');
        return new Problem("urn:registrar:problem:" + code, title, status, code, detail, List.copyOf(errors));
    }

    /** The problem for a status set by the server or the framework, whose own messages are not meant for clients. */
    public static Problem ofStatus(int status) {
        return switch (status) {
            case 400 -> of(400, "bad_request", "The request is not well-formed HTTP.");
            case 404 -> of(404, "not_found", "There is no such resource.");
            case 405 -> of(405, "method_not_allowed", "See the Allow header.");
            case 406 -> of(406, "not_acceptable", "Responses are application/json.");
            case 408 -> of(408, "request_timeout", "The request did not arrive in time.");
            case 413 -> of(413, "payload_too_large", "The body may have 64 KiB at most.");
            case 414 -> of(414, "uri_too_long", "The URI may have 8 KiB at most.");
            case 415 -> of(415, "media_type_unsupported", "Send application/json in UTF-8, plain or gzipped.");
            case 417 -> of(417, "expectation_failed", "The only supported expectation is 100-continue.");
            case 426, 505 -> of(400, "http_version_unsupported", "Only HTTP/1.1 is supported.");
            case 431 -> of(431, "headers_too_large", "The headers may have 8 KiB at most in total.");
            case 503 -> of(503, "unavailable", "The service cannot take requests now. Send the request again later.");
            default ->
                status < 500
                        ? of(status, "http_" + status, "The request was refused.")
                        : of(500, "internal_error", "An unexpected error occurred.");
        };
    }

    /** The response that carries it, regardless of the {@code Accept} header. */
    public Response toResponse() {
        return builder().build();
    }

    Response.ResponseBuilder builder() {
        Response.ResponseBuilder response =
                Response.status(status).type(MediaType.valueOf(MEDIA_TYPE)).entity(this);
        return status == 503 ? response.header(HttpHeaders.RETRY_AFTER, "1") : response;
    }

    /**
     * An error in one field of a request. Never quotes the value.
     *
     * @param field path of the field, for example {@code payment.amount}
     * @param code stable, for programs
     */
    public record FieldError(String field, String code, String detail) {}

    /** Ends a request with a problem document. */
    public static final class ProblemException extends RuntimeException {

        private final transient Problem problem;

        public ProblemException(Problem problem) {
            super(problem.code());
            this.problem = problem;
        }

        public ProblemException(int status, String code, String detail) {
            this(Problem.of(status, code, detail));
        }

        public Problem problem() {
            return problem;
        }
    }
}
