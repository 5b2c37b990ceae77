package dev.registrar.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.MediaType;
import java.lang.annotation.Annotation;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Turns refusals by the server itself, outside the resources, into problem documents without a page, a stack trace or
 * any part of the request. Thread-safe.
 */
public final class ProblemErrorHandler extends ErrorHandler {

    /** All methods of the contexts, used if the refusal names none. */
    private static final String ALLOW = "GET, HEAD, POST, OPTIONS";

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status =
                request.getAttribute(ERROR_EXCEPTION) instanceof HttpException e ? e.getCode() : response.getStatus();
        if (HttpStatus.hasNoBody(status)) {
            callback.succeeded();
            return true;
        }
        Problem problem = Problem.ofStatus(status);
        response.setStatus(problem.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
        response.getHeaders().put(ERROR_CACHE_CONTROL);
        if (problem.status() == HttpStatus.METHOD_NOT_ALLOWED_405
                && !response.getHeaders().contains(HttpHeader.ALLOW)) {
            response.getHeaders().put(HttpHeader.ALLOW, ALLOW);
        }
        if (problem.status() == HttpStatus.SERVICE_UNAVAILABLE_503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        }
        byte[] body = json(problem);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private static byte[] json(Problem problem) {
        try {
            return JSON.writeValueAsBytes(problem);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Puts a problem document into refusals that have no body: the framework answers some, such as an unreadable {@code Accept}
     * header, without calling a mapper. Thread-safe.
     */
    static final class ProblemBodyFilter implements ContainerResponseFilter {

        @Override
        public void filter(ContainerRequestContext request, ContainerResponseContext response) {
            if (response.getStatus() >= 400 && !response.hasEntity()) {
                Problem problem = Problem.ofStatus(response.getStatus());
                response.setStatus(problem.status());
                response.setEntity(problem, new Annotation[0], MediaType.valueOf(Problem.MEDIA_TYPE));
            }
        }
    }
}
