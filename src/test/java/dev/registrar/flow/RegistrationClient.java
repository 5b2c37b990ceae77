package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Registers users through the REST interface. Thread-safe. */
public final class RegistrationClient {

    public static final String AMOUNT = "49.90";

    private static final String PATH = "/v1/registrations";
    private static final Set<String> SETTLED = Set.of("COMPLETED", "FAILED", "CANCELLED", "NEEDS_ATTENTION");

    private final WebClient web;

    RegistrationClient(WebClient web) {
        this.web = web;
    }

    public static String body(String userId) {
        return body(userId, "pm_card_ok");
    }

    public static String body(String userId, String paymentMethod) {
        return """
                {"userProfile": {"userId": "%s", "email": "%s@example.com", "fullName": "Ada Lovelace",
                                 "phoneNumber": "+14155550101", "preferences": {"locale": "en", "newsletter": true}},
                 "payment": {"amount": %s, "currency": "USD", "paymentMethod": "%s", "description": "Annual plan"}}
                """.formatted(userId, userId, AMOUNT, paymentMethod);
    }

    Answer post(String body, String... headers) {
        return postLater(body, headers).join();
    }

    public CompletableFuture<Answer> postLater(String body, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/json";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return web.callLater("POST", PATH, body, all);
    }

    /** Registers a user and returns the registration id. */
    String register(String userId) {
        return accepted(post(body(userId)));
    }

    /** Registers the users concurrently and returns the registration ids in the order of the users. */
    List<String> registerAtOnce(List<String> userIds) {
        List<CompletableFuture<Answer>> answers =
                userIds.stream().map(userId -> postLater(body(userId))).toList();
        return answers.stream().map(answer -> accepted(answer.join())).toList();
    }

    static List<String> users(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private static String accepted(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        return answer.text("id");
    }

    /** Requests a cancel: 202, or 409 if it comes too late. */
    public CompletableFuture<Answer> cancelLater(String id) {
        return web.callLater("POST", PATH + "/" + id + "/cancel", "");
    }

    /** A page of registrations that match the query. */
    JsonNode list(String query) {
        return web.get(PATH + "?" + query).json();
    }

    public Answer find(String id) {
        return web.get(PATH + "/" + id);
    }

    /** Requests the cancel of a registration that has not ended. */
    Answer cancel(String id) {
        Answer answer = cancelLater(id).join();
        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        return answer;
    }

    /** Waits until the registration has ended or needs attention, and returns its last view. */
    Answer awaitSettled(String id, Duration limit) {
        Answer[] seen = new Answer[1];
        Poll.until(
                "registration " + id + " has settled",
                limit,
                () -> {
                    seen[0] = find(id);
                    return SETTLED.contains(seen[0].text("status"));
                },
                () -> String.valueOf(seen[0]));
        return seen[0];
    }
}
