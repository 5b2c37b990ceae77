package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.admin.RunningRegistrar.Answer;
import dev.registrar.admin.RunningRegistrar.Service;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegistrar.class)
class RegistrationTasksTest {

    private static String link(Service service, String column, String id) {
        return service.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT CAST(" + column + " AS text) FROM registrations WHERE id = :id")
                        .bind("id", UUID.fromString(id))
                        .mapTo(String.class)
                        .one());
    }

    private static String completed(Service service) {
        return service.register("pm_card_ok").path("id").asText();
    }

    @Test
    void cancelTurnsARunningRegistrationBackAndRefusesOneThatHasEnded(Service service) {
        service.faults("[{\"service\": \"payment\", \"operation\": \"charge\", \"kind\": \"latency\", \"millis\": 1500,"
                + " \"times\": 1}]");
        String running = service.register("pm_card_ok", 0).path("id").asText();

        Answer cancelled = service.change("registration-cancel", "id", running);
        Answer again = service.change("registration-cancel", "id", running);
        service.awaitStatus(running, "CANCELLED");
        Answer ended = service.change("registration-cancel", "id", running);

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(again.status()).isEqualTo(200);
        assertThat(ended.status()).isEqualTo(409);
        assertThat(service.audits("registration-cancel", "registration:" + running))
                .isOne();
    }

    @Test
    void retryMakesOneNewRegistrationLinkedBothWays(Service service) {
        JsonNode declined = service.register("pm_card_declined");
        String id = declined.path("id").asText();
        assertThat(declined.path("status").asText()).isEqualTo("FAILED");

        Answer first = service.change("registration-retry", "id", id);
        Answer second = service.change("registration-retry", "id", id);
        String fresh = first.json().path("items").get(0).path("id").asText();

        assertThat(first.status()).isEqualTo(200);
        assertThat(fresh).isNotEqualTo(id);
        assertThat(second.json().path("items").get(0).path("id").asText()).isEqualTo(fresh);
        assertThat(link(service, "retried_by", id)).isEqualTo(fresh);
        assertThat(link(service, "attempt_of", fresh)).isEqualTo(id);
        assertThat(service.registration(fresh).path("userId")).isEqualTo(declined.path("userId"));
        assertThat(service.audits("registration-retry", "registration:" + id)).isOne();
        service.awaitStatus(fresh, "FAILED");
    }

    @Test
    void retryThatWasCutOffGoesOnUnderTheSameId(Service service) {
        String id = service.register("pm_card_declined").path("id").asText();
        String claimed = UUID.randomUUID().toString();
        service.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE registrations SET retried_by = CAST(? AS uuid) WHERE id = CAST(? AS uuid)",
                        claimed,
                        id));

        Answer retried = service.change("registration-retry", "id", id);

        assertThat(retried.json().path("items").get(0).path("id").asText()).isEqualTo(claimed);
        assertThat(link(service, "attempt_of", claimed)).isEqualTo(id);
    }

    @Test
    void onlyFailedRegistrationsAreTriedAgain(Service service) {
        assertThat(service.change("registration-retry", "id", completed(service))
                        .status())
                .isEqualTo(409);
    }

    @Test
    void resendSendsEachMessageOnceHoweverOftenItIsAskedFor(Service service) {
        String id = completed(service);

        Answer first = service.change("notification-resend", "id", id);
        Answer second = service.change("notification-resend", "id", id);
        Answer next = service.change("notification-resend", "id", id, "n", "2");
        Answer tooFar = service.change("notification-resend", "id", id, "n", "4");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.json().path("ok").asInt()).isEqualTo(2);
        assertThat(first.json().path("state").asText()).isEqualTo("DONE");
        assertThat(second.json().path("items")).isEqualTo(first.json().path("items"));
        assertThat(next.status()).isEqualTo(200);
        assertThat(tooFar.status()).isEqualTo(409);
        for (String channel : new String[] {"email", "sms"}) {
            assertThat(service.effects(channel + ":" + id)).isOne();
            assertThat(service.effects(channel + ":" + id + ":resend:1")).isOne();
            assertThat(service.effects(channel + ":" + id + ":resend:2")).isOne();
        }
        assertThat(service.audits("notification-resend", "registration:" + id)).isEqualTo(2);
    }

    @Test
    void resendToACorrectedAddressUpdatesProfileAndAccountAndSendsOnlyThere(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        String id = registration.path("id").asText();

        Answer sent = service.change("notification-resend", "id", id, "email", "countess@example.org");
        Answer same = service.change("notification-resend", "id", id, "email", "countess@example.org");
        Answer other = service.change("notification-resend", "id", id, "email", "other@example.org");

        assertThat(sent.status()).isEqualTo(200);
        assertThat(sent.json().path("items").findValuesAsText("name")).containsExactly("profile", "database", "email");
        assertThat(same.status()).isEqualTo(200);
        assertThat(other.status()).isEqualTo(409);
        assertThat(service.get("/v1/users/" + registration.path("userId").asText())
                        .json()
                        .path("email")
                        .asText())
                .isEqualTo("countess@example.org");
        assertThat(service.effects("email:" + id + ":resend:1")).isOne();
        assertThat(service.effects("sms:" + id + ":resend:1")).isZero();
        String said = service.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT string_agg(CAST(detail AS text), ' ') FROM audit WHERE subject = :subject")
                        .bind("subject", "registration:" + id)
                        .mapTo(String.class)
                        .one());
        assertThat(said).contains("email").doesNotContain("countess");
    }

    @Test
    void resendThatFailedSaysSoAndTheSameAgainDoesWhatIsLeft(Service service) {
        String id = completed(service);
        service.faults("[{\"service\": \"sms\", \"kind\": \"status\", \"status\": 400, \"times\": 1}]");

        Answer first = service.task("notification-resend", "id", id, "actor", "ann", "reason", "test");
        Answer again = service.change("notification-resend", "id", id);

        assertThat(first.status()).isEqualTo(500);
        assertThat(first.lastLine()).isEqualTo("FAILED 1 of 2");
        assertThat(first.body()).contains("sms_rejected");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("ok").asInt()).isEqualTo(2);
        assertThat(service.effects("email:" + id + ":resend:1")).isOne();
        assertThat(service.effects("sms:" + id + ":resend:1")).isOne();
    }

    @Test
    void resendRefusesBadAddressesAndRegistrationsThatAreNotCompleted(Service service) {
        String id = completed(service);
        String failed = service.register("pm_card_declined").path("id").asText();

        Answer badEmail = service.change("notification-resend", "id", id, "email", "nobody");
        Answer badPhone = service.change("notification-resend", "id", id, "phoneNumber", "0043");

        assertThat(badEmail.status()).isEqualTo(400);
        assertThat(badEmail.body()).doesNotContain("nobody");
        assertThat(badPhone.status()).isEqualTo(400);
        assertThat(service.change("notification-resend", "id", id, "n", "0").status())
                .isEqualTo(400);
        assertThat(service.change("notification-resend", "id", failed).status()).isEqualTo(409);
    }

    @Test
    void resendInACorrectedLanguageUpdatesProfileAndAccountToo(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        String id = registration.path("id").asText();

        Answer sent = service.change("notification-resend", "id", id, "locale", "de");
        Answer same = service.change("notification-resend", "id", id, "locale", "de");
        Answer other = service.change("notification-resend", "id", id, "locale", "en");
        Answer bad = service.change("notification-resend", "id", id, "n", "2", "locale", "!");

        assertThat(sent.status()).as(sent.body()).isEqualTo(200);
        assertThat(sent.json().path("items").findValuesAsText("name"))
                .containsExactly("profile", "database", "email", "sms");
        assertThat(same.status()).isEqualTo(200);
        assertThat(other.status()).isEqualTo(409);
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.body()).contains("locale: ");
        assertThat(service.get("/v1/users/" + registration.path("userId").asText())
                        .json()
                        .path("preferences")
                        .path("locale")
                        .asText())
                .isEqualTo("de");
        assertThat(service.effects("email:" + id + ":resend:1")).isOne();
    }

    @Test
    void twoOperatorsWhoSawTheSameRetryOnce(Service service) {
        JsonNode failed = service.register("pm_card_declined");
        String id = failed.path("id").asText();
        String seen = String.valueOf(service.commandSeq(id));

        List<Answer> both = service.twiceAtOnce("registration-retry", "id", id, "seenSeq", seen);
        Answer stale = service.change("registration-retry", "id", id, "seenSeq", "7");

        assertThat(both.get(0).status()).as(both.get(0).body()).isEqualTo(200);
        assertThat(both.get(1).status()).as(both.get(1).body()).isEqualTo(409);
        assertThat(both.get(1).body()).contains("changed: ");
        assertThat(stale.status()).isEqualTo(409);
        assertThat(link(service, "retried_by", id))
                .isEqualTo(both.get(0).json().path("items").get(0).path("id").asText());
        int registrations = service.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM registrations WHERE user_id = :user")
                        .bind("user", failed.path("userId").asText())
                        .mapTo(Integer.class)
                        .one());
        assertThat(registrations).isEqualTo(2);
    }
}
