package dev.registrar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationIdTest {

    private static final String TEXT = "0f8e2a4c-1111-4222-8333-0123456789ab";

    @Test
    void canonicalFormIsReadAndWritten() throws JsonProcessingException {
        RegistrationId id = RegistrationId.of(TEXT);

        assertThat(id).hasToString(TEXT);
        assertThat(RegistrationId.parse(TEXT)).contains(id);
        assertThat(new ObjectMapper().writeValueAsString(id)).isEqualTo('"' + TEXT + '"');
        assertThat(new ObjectMapper().readValue('"' + TEXT + '"', RegistrationId.class))
                .isEqualTo(id);
    }

    @Test
    void upperCaseIsTheSameId() {
        assertThat(RegistrationId.of(TEXT.toUpperCase(java.util.Locale.ROOT))).isEqualTo(RegistrationId.of(TEXT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-1-1-1-1",
                "0f8e2a4c111142228333 0123456789ab",
                "0f8e2a4c-1111-4222-8333-0123456789ab\n",
                "0f8e2a4c-1111-4222-8333-0123456789abc",
                "zzzzzzzz-1111-4222-8333-0123456789ab"
            })
    void anythingElseIsNoId(String text) {
        assertThat(RegistrationId.parse(text)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> RegistrationId.of(text));
    }

    @Test
    void randomIdsDiffer() {
        assertThat(RegistrationId.random()).isNotEqualTo(RegistrationId.random());
    }

    @Test
    void keysAreMadeOfTheIdAlone() {
        RegistrationId id = RegistrationId.of(TEXT);

        assertThat(IdempotencyKey.profile(id)).hasToString("profile:" + TEXT);
        assertThat(IdempotencyKey.charge(id)).hasToString("charge:" + TEXT);
        assertThat(IdempotencyKey.refund(id)).hasToString("refund:" + TEXT);
        assertThat(IdempotencyKey.email(id, 0)).hasToString("email:" + TEXT);
        assertThat(IdempotencyKey.email(id, 2)).hasToString("email:" + TEXT + ":resend:2");
        assertThat(IdempotencyKey.sms(id, 0)).hasToString("sms:" + TEXT);
        assertThat(IdempotencyKey.charge(RegistrationId.of(TEXT))).isEqualTo(IdempotencyKey.charge(id));
    }

    @Test
    void originAsksTheGuardAfterAResetAndInALaterRun() {
        assertThat(new Origin("run-1", 1).mustAsk("run-1")).isFalse();
        assertThat(new Origin("run-1", 1).mustAsk("run-2")).isTrue();
        assertThat(new Origin("run-1", 2).mustAsk("run-1")).isTrue();
    }
}
