package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.api.RunningService.Answer;
import java.util.List;
import java.util.stream.StreamSupport;

/** The form of every refusal. */
final class Problems {

    private Problems() {}

    static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("type").asText()).isEqualTo("urn:registrar:problem:" + code);
        assertThat(problem.path("title").asText()).isNotBlank();
        assertThat(problem.path("detail").asText()).isNotBlank();
        assertThat(answer.body()).doesNotContain("Exception", "\tat ", "<html");
    }

    /** The invalid fields, each as {@code field code}. */
    static List<String> blamed(Answer answer) {
        return StreamSupport.stream(answer.json().path("errors").spliterator(), false)
                .map(error ->
                        error.path("field").asText() + " " + error.path("code").asText())
                .toList();
    }
}
