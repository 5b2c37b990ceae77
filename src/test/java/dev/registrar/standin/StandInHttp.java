package dev.registrar.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Calls of a stand-in's own JSON interface. Thread-safe. */
final class StandInHttp {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();

    /** The response, whatever its status. */
    HttpResponse<String> exchange(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The response; an {@link AssertionError} unless its status is 200. */
    HttpResponse<String> succeeding(HttpRequest request) {
        HttpResponse<String> answer = exchange(request);
        if (answer.statusCode() != 200) {
            throw failed(answer);
        }
        return answer;
    }

    /** The body of a response with status 200. */
    JsonNode get(HttpRequest request) {
        return json(succeeding(request));
    }

    static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AssertionError failed(HttpResponse<String> answer) {
        return new AssertionError(answer.uri() + ": " + answer.statusCode() + " " + answer.body());
    }
}
