package dev.registrar.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.registrar.model.AttemptFailure.Outcome;
import dev.registrar.temporal.PayloadJson;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptFailureTest {

    private static final Instant AT = Instant.parse("2026-11-27T21:45:00.123Z");
    private static final JsonMapper JSON = PayloadJson.mapper();

    private static AttemptFailure open(int attempt, Instant at) {
        return new AttemptFailure(attempt, at, Outcome.NOT_SENT, null, "breaker_open", null);
    }

    @Test
    void jsonIsShortAndWithoutWhatIsAbsent() throws JsonProcessingException {
        AttemptFailure failure =
                new AttemptFailure(2, AT.plusNanos(456), Outcome.UNKNOWN, 503, "api_error", "req_8fJ2kqLz0A");

        String json = JSON.writeValueAsString(failure);

        assertThat(json)
                .isEqualTo(
                        "{\"attempt\":2,\"at\":\"2026-11-27T21:45:00.123Z\",\"outcome\":\"unknown\",\"httpStatus\":503,"
                                + "\"code\":\"api_error\",\"requestId\":\"req_8fJ2kqLz0A\"}");
        assertThat(JSON.readValue(json, AttemptFailure.class)).isEqualTo(failure);
        assertThat(JSON.writeValueAsString(AttemptFailure.unknown(1, AT)))
                .isEqualTo("{\"attempt\":1,\"at\":\"2026-11-27T21:45:00.123Z\",\"outcome\":\"unknown\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada@example.com",
                "code:ada@example.com",
                "no such user",
                "4111111111111111",
                "4111-1111-1111-1111",
                "card_4111111111111111",
                "",
                "x\ny"
            })
    void codeOrRequestIdThatMayBePersonalDataOrACardIsDropped(String text) {
        AttemptFailure failure = new AttemptFailure(1, AT, Outcome.SENT, 422, text, text);

        assertThat(failure.code()).isNull();
        assertThat(failure.requestId()).isNull();
        assertThat(failure.httpStatus()).isEqualTo(422);
    }

    @Test
    void phoneNumberIsNoRequestId() {
        assertThat(CallDetails.requestId("+15551234567")).isNull();
    }

    @Test
    void codesAreAtMost64CharactersAndRequestIds128() {
        AttemptFailure longest = new AttemptFailure(1, AT, Outcome.SENT, 400, "c".repeat(64), "r".repeat(128));
        AttemptFailure longer = new AttemptFailure(1, AT, Outcome.SENT, 400, "c".repeat(65), "r".repeat(129));

        assertThat(longest.code()).hasSize(64);
        assertThat(longest.requestId()).hasSize(128);
        assertThat(longer.code()).isNull();
        assertThat(longer.requestId()).isNull();
        assertThat(CallDetails.requestId("dGVz/dA+x==")).isEqualTo("dGVz/dA+x==");
    }

    @Test
    void newestTenAreKept() {
        List<AttemptFailure> all = List.of();
        for (int attempt : IntStream.rangeClosed(1, 12).toArray()) {
            all = AttemptFailure.unknown(attempt, AT).addedTo(all);
        }

        assertThat(all).extracting(AttemptFailure::attempt).containsExactly(3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    }

    @Test
    void callThatIsRefusedOverAndOverIsOneFailure() {
        Instant later = AT.plusSeconds(300);
        AttemptFailure answered = new AttemptFailure(1, AT, Outcome.UNKNOWN, 500, null, "req_1");

        List<AttemptFailure> all = open(2, later).addedTo(open(2, AT).addedTo(List.of(answered)));

        assertThat(all).containsExactly(answered, open(2, later));
        assertThat(open(3, later).addedTo(all)).as("another attempt").hasSize(3);
        assertThat(answered.addedTo(List.of(answered)))
                .as("may each have had its effect")
                .hasSize(2);
    }
}
