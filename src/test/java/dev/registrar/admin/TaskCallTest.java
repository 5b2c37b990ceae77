package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.admin.RunningRegistrar.Answer;
import dev.registrar.admin.RunningRegistrar.Service;
import java.net.http.HttpRequest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that hold for every task. */
@ExtendWith(RunningRegistrar.class)
class TaskCallTest {

    @ParameterizedTest
    @CsvSource({
        "compensations, olderThan",
        "compensation-replay, dryRun",
        "compensation-batch, batch",
        "compensation-resolve, outcome",
        "circuit-breakers, for",
        "worker, action",
        "registration-cancel, reason",
        "registration-retry, actor",
        "notification-resend, locale",
        "registration-inquire, seenSeq",
        "refund-again, seenSeq",
        "erase, seenSeq",
        "reconcile, dryRun",
        "audit, subject"
    })
    void taskRefusesUnknownParametersWithItsUsage(String task, String documented, Service service) {
        Answer text = service.task(task, "colour", "blue");
        Answer json = service.task(task, "colour", "blue", "format", "json");

        assertThat(text.status()).isEqualTo(400);
        assertThat(text.body()).startsWith("There is no parameter \"colour\".\n");
        assertThat(text.body()).contains("Usage: POST /tasks/" + task).containsPattern("\n  " + documented + " +\\S");
        assertThat(text.lastLine()).isEqualTo("FAILED 1 of 1");
        assertThat(json.status()).isEqualTo(400);
        assertThat(json.json().path("failed").asInt()).isOne();
        assertThat(json.json().path("usage").asText()).contains(documented);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compensation-resolve?id=%s&reference=r",
                "compensation-replay?id=%s",
                "compensation-replay?dryRun=false",
                "compensation-batch?batch=%s&action=pause",
                "circuit-breakers?service=sms&action=force-open",
                "worker?action=pause",
                "registration-cancel?id=%s",
                "registration-retry?id=%s",
                "notification-resend?id=%s",
                "notification-resend?dryRun=false",
                "refund-again?id=%s",
                "registration-inquire?id=%s",
                "erase?id=%s"
            })
    void changeNeedsActorAndReason(String call, Service service) {
        String path = "/tasks/" + call.formatted(UUID.randomUUID());
        String sign = path.contains("?") ? "&" : "?";

        Answer none = service.send(service.admin(path).POST(HttpRequest.BodyPublishers.noBody()));
        Answer noReason = service.send(
                service.admin(path + sign + "actor=ann&reason=%20%20").POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(none.status()).isEqualTo(400);
        assertThat(none.body()).contains("actor").contains("Usage:");
        if (!call.startsWith("registration-inquire")) {
            assertThat(noReason.status()).isEqualTo(400);
            assertThat(noReason.body()).contains("reason");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "compensation-resolve, id, reference",
        "compensation-replay, id, ''",
        "compensation-batch, batch, ''",
        "registration-cancel, id, ''",
        "registration-retry, id, ''",
        "notification-resend, id, ''",
        "registration-inquire, id, ''",
        "refund-again, id, ''",
        "erase, id, ''"
    })
    void unknownIdIsNotFoundAndAMalformedOneIsUsage(String task, String parameter, String also, Service service) {
        String[] unknown = {parameter, UUID.randomUUID().toString(), also.isEmpty() ? "format" : also, "json"};
        String[] malformed = {parameter, "17", also.isEmpty() ? "format" : also, "json"};

        Answer missing = service.task(task, with(unknown, "actor", "ann", "reason", "test"));
        Answer wrong = service.task(task, with(malformed, "actor", "ann", "reason", "test"));

        assertThat(missing.status()).isEqualTo(404);
        assertThat(wrong.status()).isEqualTo(400);
    }

    private static String[] with(String[] first, String... more) {
        String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    @Test
    void actorAndReasonAreShortAndPlain(Service service) {
        assertThat(service.task("worker", "action", "pause", "actor", "a".repeat(201), "reason", "r")
                        .status())
                .isEqualTo(400);
        assertThat(service.task("worker", "action", "pause", "actor", "a", "reason", "r\nr")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void taskIsRunByPostOnlyAndUnknownOnesAreNotFound(Service service) {
        assertThat(service.send(service.admin("/tasks/compensations")).status()).isEqualTo(405);
        assertThat(service.task("compensation").status()).isEqualTo(404);
        assertThat(service.task("").status()).isEqualTo(404);
    }

    @Test
    void foreignPageRunsNoTask(Service service) {
        assertThat(service.send(service.taskRequest("compensations").header("Sec-Fetch-Site", "cross-site"))
                        .status())
                .isEqualTo(403);
        assertThat(service.send(service.taskRequest("compensations").header("Origin", "https://example.com"))
                        .status())
                .isEqualTo(403);
        assertThat(service.send(service.taskRequest("gc").header("Origin", "null"))
                        .status())
                .isEqualTo(403);
        assertThat(service.send(service.taskRequest("compensations").header("Origin", "http://" + service.adminHost()))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void parametersMayComeAsAForm(Service service) {
        Answer answer = service.send(service.admin("/tasks/compensations")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("status=NONSENSE")));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("status: one of PLANNED");
    }

    @Test
    void repeatedParameterIsRefused(Service service) {
        assertThat(service.task("compensations", "limit", "1", "limit", "2").status())
                .isEqualTo(400);
    }

    @Test
    void tasksAndPagesThatNobodyNeedsAreNotThere(Service service) {
        for (String task : new String[] {"gc", "log-level"}) {
            assertThat(service.task(task).status()).as(task).isEqualTo(404);
        }
        for (String path : new String[] {"/", "/pprof", "/metrics", "/tasks/"}) {
            assertThat(service.send(service.admin(path)).status()).as(path).isEqualTo(404);
        }
        assertThat(service.send(service.admin("/tasks")).body()).doesNotContain("gc", "log-level");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compensation-replay",
                "compensation-resolve",
                "refund-again",
                "registration-cancel",
                "registration-retry",
                "registration-inquire",
                "notification-resend",
                "reconcile",
                "erase"
            })
    void taskWithoutParametersPrintsItsUsage(String task, Service service) {
        Answer text = service.task(task);
        Answer json = service.task(task, "format", "json");

        assertThat(text.status()).isEqualTo(400);
        assertThat(text.body()).contains("Usage: POST /tasks/" + task).endsWith("FAILED 1 of 1\n");
        assertThat(json.status()).isEqualTo(400);
        assertThat(json.json().path("usage").asText()).startsWith("Usage: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"compensations", "compensation-batch", "circuit-breakers", "worker", "audit"})
    void taskThatOnlyReadsNeedsNoParameters(String task, Service service) {
        assertThat(service.task(task).status()).isEqualTo(200);
    }

    @Test
    void nameOfAnUnknownParameterIsShownAsOneShortLine(Service service) {
        Answer answer = service.task("worker", "a%0Ab%1B%5B31m" + "x".repeat(60), "1");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().lines().findFirst())
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("There is no parameter \"a?b?[31mxxx")
                        .hasSizeLessThan(70));
    }

    /** As a script sends an unset variable: without the filter the task would take everything. */
    @ParameterizedTest
    @CsvSource({
        "compensation-replay, registration",
        "notification-resend, createdAfter",
        "worker, action",
        "compensations, status"
    })
    void emptyParameterIsRefused(String task, String parameter, Service service) {
        Answer answer = service.task(task, parameter, "");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).startsWith(parameter + ": is empty; leave it out if it is not needed.\n");
    }

    @ParameterizedTest
    @CsvSource({"status=%zz, 400", "status=%ff, 400", "%, 400"})
    void formThatCannotBeReadIsRefused(String form, int status, Service service) {
        Answer answer = service.send(service.taskRequest("compensations")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo("The parameters cannot be read.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-www-form-urlencodedx", ""})
    void bodyThatIsNoFormIsRefusedInsteadOfIgnored(String type, Service service) {
        HttpRequest.Builder request = service.taskRequest("worker");
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }

        Answer answer = service.send(request.POST(HttpRequest.BodyPublishers.ofString("action=pause")));

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.body()).isEqualTo("Parameters go into the query or into a form.\n");
    }

    /** The call that the plan recommends would be refused. */
    @ParameterizedTest
    @CsvSource({"compensation-replay, status, OPEN", "notification-resend, errorCode, email_unavailable"})
    void planRefusesARateThatNoBatchCanHave(String task, String filter, String value, Service service) {
        Answer answer = service.task(task, filter, value, "rate", "0");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).startsWith("rate: 0.01 to 100 items a second, two decimals at most.\n");
    }

    @Test
    void rowsThatAreNamedTakeNoFilterAndNoLimit(Service service) {
        String id = UUID.randomUUID().toString();

        for (String[] filter : new String[][] {{"limit", "1"}, {"action", "refund"}}) {
            Answer answer = service.task("compensation-replay", "id", id, filter[0], filter[1]);

            assertThat(answer.status()).as(filter[0]).isEqualTo(400);
            assertThat(answer.body()).as(filter[0]).startsWith("id: rows, or a filter, not both.\n");
        }
    }

    @Test
    void eraseRefusesWhatIsNoUserId(Service service) {
        Answer answer = service.task("erase", "userId", "a\0b", "actor", "ann", "reason", "asked");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).startsWith("userId: 1 to 64 letters, digits, dots, dashes or underscores.\n");
    }

    @Test
    void comparisonShownByItsIdTakesNothingElse(Service service) {
        Answer answer = service.task("reconcile", "id", UUID.randomUUID().toString(), "limit", "abc");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).startsWith("id: shows an earlier comparison and takes no other parameter.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "60 min", "60min", "1 hour", "3600s"})
    void durationsAreWrittenAsInTheConfigurationOrAsIso(String hour, Service service) {
        assertThat(service.task("compensations", "olderThan", hour).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 fortnight", "-PT1H", "-1 h", "ten minutes", "10"})
    void durationsOfAnotherFormAreRefused(String text, Service service) {
        Answer answer = service.task("compensations", "olderThan", text);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).startsWith("olderThan: must be a duration such as 10 min or PT10M.\n");
    }
}
