package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unknown paths, wrong methods and media types, and cancels without a target. */
@ExtendWith(RunningService.class)
class RoutesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v2/registrations",
                "/v1/registrations/1",
                "/v1/registrations/1-2-3-4-5",
                "/v1/registrations/00000000-0000-0000-0000-00000000000g",
                "/v1/users",
                "/v1/users/nobody",
                "/v1/users/%20",
                "/v1/users/4111111111111111"
            })
    void unknownPathIsNotFound(String path, Instance service) {
        Problems.assertProblem(service.get(path), 404, "not_found");
    }

    @Test
    void unknownRegistrationIsNotFound(Instance service) {
        Problems.assertProblem(service.get("/v1/registrations/" + UUID.randomUUID()), 404, "not_found");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /v1/registrations, POST",
        "DELETE, /v1/registrations, POST",
        "PATCH, /v1/registrations, GET",
        "PUT, /v1/registrations/6f2f8b26-7a52-4a0c-8b5e-0d2b7c0f9b11, GET",
        "DELETE, /v1/registrations/6f2f8b26-7a52-4a0c-8b5e-0d2b7c0f9b11, GET",
        "POST, /v1/users/u-1, GET"
    })
    void wrongMethodIsToldTheRightOnes(String method, String path, String right, Instance service) {
        Answer answer = service.send(service.request(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(Requests.valid()))
                .build());

        Problems.assertProblem(answer, 405, "method_not_allowed");
        assertThat(answer.header("Allow").split(", ?")).contains(right).doesNotContain(method);
    }

    @Test
    void finishedRegistrationCannotBeCancelledAndARunningOneCan(Instance service) {
        String finished = service.post(Requests.valid(), "Prefer", "wait=30").text("id");
        service.faults(
                "[{\"service\":\"profile\",\"operation\":\"create\",\"kind\":\"latency\",\"times\":1,\"millis\":2000}]");
        String running = service.post(Requests.valid()).text("id");

        Problems.assertProblem(cancel(service, finished), 409, "already_finished");
        assertThat(cancel(service, running).status()).isEqualTo(202);
        Problems.assertProblem(cancel(service, UUID.randomUUID().toString()), 404, "not_found");
        service.faults("[]");
    }

    private static Answer cancel(Instance service, String id) {
        return service.send(service.request("/v1/registrations/" + id + "/cancel")
                .POST(BodyPublishers.noBody())
                .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/xml", "text/html", "image/png"})
    void otherAnswersThanJsonAreNotToBeHad(String accept, Instance service) {
        int before = service.registrations();

        Problems.assertProblem(service.post(Requests.valid(), "Accept", accept), 406, "not_acceptable");
        Problems.assertProblem(service.get("/v1/registrations", "Accept", accept), 406, "not_acceptable");
        assertThat(service.registrations()).isEqualTo(before);
    }
}
