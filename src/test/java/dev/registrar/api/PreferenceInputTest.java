package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Preferences that the service understands: consents to messages, and the language. */
@ExtendWith(RunningService.class)
class PreferenceInputTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"notifications.email\":\"OFF\"",
                "\"notifications.email\":\"Off\"",
                "\"notifications.email\":\"no\"",
                "\"notifications.email\":\"yes\"",
                "\"notifications.email\":\"\"",
                "\"notifications.email\":\" off\"",
                "\"notifications.email\":\"false\"",
                "\"notifications.email\":\"0ff\"",
                "\"notifications.email\":0",
                "\"notifications.email\":1",
                "\"notifications.email\":null",
                "\"notifications.sms\":\"ON\"",
                "\"notifications.sms\":0.0",
                "\"notifications.sms\":\"never\"",
                "\"Notifications.email\":\"off\"",
                "\"notifications.Email\":false",
                "\"NOTIFICATIONS.SMS\":\"off\"",
                "\"notifications.sms \":\"off\"",
                "\"\u00a0notifications.sms\":\"off\"",
                "\"notifications\uff0esms\":\"off\"",
                "\"notifications.email\\u200b\":\"off\"",
                "\"notifications\\u00ad.sms\":\"off\"",
                "\"notifications.push\":\"no\"",
                "\"notifications\":\"off\""
            })
    void consentThatIsNoClearYesOrNoIsRefused(String preference, Instance service) {
        int before = service.registrations();

        Answer answer = service.post(Requests.with("userProfile.preferences", "{" + preference + "}"));

        Problems.assertProblem(answer, 422, "invalid_preference");
        assertThat(Problems.blamed(answer)).containsExactly("userProfile.preferences.? invalid_preference");
        assertThat(service.registrations()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"notifications.email\":\"off\",\"notifications.sms\":false | SKIPPED | SKIPPED",
                "\"notifications.email\":false,\"notifications.sms\":\"on\" | SKIPPED | SUCCEEDED",
                "\"notifications.email\":true,\"notifications.sms\":\"off\" | SUCCEEDED | SKIPPED",
                "\"notifications.email\":\"on\" | SUCCEEDED | SUCCEEDED",
                "\"notifications.push\":false,\"notification\":\"no\" | SUCCEEDED | SUCCEEDED",
                "\"newsletter\":\"OFF\" | SUCCEEDED | SUCCEEDED"
            })
    void clearConsentDecidesWhoGetsAMessage(String preferences, String email, String sms, Instance service) {
        Answer answer =
                service.post(Requests.with("userProfile.preferences", "{" + preferences + "}"), "Prefer", "wait=30");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(step(answer, "email")).isEqualTo(email);
        assertThat(step(answer, "sms")).isEqualTo(sms);
    }

    private static String step(Answer answer, String name) {
        return StreamSupport.stream(answer.json().path("steps").spliterator(), false)
                .filter(step -> step.path("name").asText().equalsIgnoreCase(name))
                .map(step -> step.path("status").asText())
                .findFirst()
                .orElse("none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\" \"",
                "\"../../etc\"",
                "\"..\"",
                "\"en/../../etc/passwd\"",
                "\"en_US\"",
                "\"de \"",
                "\"-de\"",
                "\"deutschland\"",
                "\"x-private\"",
                "\"{{reference}}\"",
                "\"%2e%2e\"",
                "5",
                "true",
                "null"
            })
    void localeThatIsNoLanguageTagIsNotPassedOn(String locale, Instance service) {
        Answer answer = service.post(
                Requests.with("userProfile.preferences", "{\"locale\":" + locale + ",\"beta\":1}"),
                "Prefer",
                "wait=30");

        assertThat(answer.text("status")).as(answer.body()).isEqualTo("COMPLETED");
        assertThat(passedOn(answer, service)).hasToString("{\"beta\":1}");
        assertThat(service.get("/v1/users/" + answer.text("userId")).json().path("preferences"))
                .hasToString("{\"beta\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de-AT", "zh-Hant-TW", "sr-Latn", "es-419", "DE", "en-x-private"})
    void languageTagIsPassedOn(String locale, Instance service) {
        Answer answer = service.post(
                Requests.with("userProfile.preferences", "{\"locale\":\"" + locale + "\"}"), "Prefer", "wait=30");

        assertThat(answer.text("status")).as(answer.body()).isEqualTo("COMPLETED");
        assertThat(passedOn(answer, service).path("locale").asText()).isEqualTo(locale);
    }

    private static JsonNode passedOn(Answer answer, Instance service) {
        return service.profile(answer.text("userId")).path("preferences");
    }
}
