package dev.registrar.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;

/**
 * An error as RFC 9457 wants it.
 *
 * @param type a name of the kind of problem, one per code
 * @param title the same for all problems of a code
 * @param code stable, for programs
 * @param detail for people; never quotes the request
 * @param errors one entry per field, where fields are to blame
 */
public record Problem(
        String type,
        String title,
        int status,
        String code,
        String detail,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /** A problem without fields to blame. */
    public static Problem of(int status, String code, String detail) {
        return of(status, code, detail, List.of());
    }

    public static Problem of(int status, String code, String detail, List<FieldError> errors) {
        String title = code.substring(0, 1).toUpperCase(Locale.ROOT)
                + code.substring(1).replace('_', ' ');
        return new Problem("urn:registrar:problem:" + code, title, status, code, detail, List.copyOf(errors));
    }

    /** The response that carries it, whatever the client said it accepts. */
    public Response toResponse() {
        return builder().build();
    }

    Response.ResponseBuilder builder() {
        Response.ResponseBuilder response =
                Response.status(status).type(MediaType.valueOf(MEDIA_TYPE)).entity(this);
        return status == 503 ? response.header(HttpHeaders.RETRY_AFTER, "1") : response;
    }
}
