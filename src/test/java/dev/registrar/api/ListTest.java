package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of registrations: filters, pages and invalid parameters. */
@ExtendWith(RunningService.class)
class ListTest {

    private static Answer list(Instance service, String query) {
        return service.get("/v1/registrations?" + query);
    }

    private static List<String> ids(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        answer.json().path("items").forEach(item -> ids.add(item.path("id").asText()));
        return ids;
    }

    private static String createdAt(Instance service, String id) {
        return service.get("/v1/registrations/" + id).text("createdAt");
    }

    @Test
    void cursorWalksEverythingOnceNewestFirst(Instance service) {
        List<String> accepted = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            accepted.add(service.post(Requests.valid()).text("id"));
        }
        Collections.reverse(accepted);
        String end = "createdAfter=" + createdAt(service, accepted.get(6)).replaceAll("\\.[0-9]+Z", "Z");

        List<String> walked = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            Answer page = list(service, end + "&limit=3" + cursor);
            walked.addAll(ids(page));
            JsonNode next = page.json().get("nextCursor");
            cursor = next.isNull() ? "" : "&cursor=" + URLEncoder.encode(next.asText(), StandardCharsets.UTF_8);
            pages++;
        } while (!cursor.isEmpty());

        assertThat(walked).doesNotHaveDuplicates().startsWith(accepted.toArray(String[]::new));
        assertThat(pages).isEqualTo((walked.size() + 2) / 3);
        assertThat(walked).isEqualTo(ids(list(service, end + "&limit=200")));
    }

    @Test
    void filtersNarrowTheList(Instance service) {
        String user = Requests.freshUser();
        String failed = service.post(
                        Requests.valid(user).replace("pm_card_ok", "pm_card_declined"), "Prefer", "wait=30")
                .text("id");
        String completed =
                service.post(Requests.valid(user), "Prefer", "wait=30").text("id");
        String of = "userId=" + user;

        assertThat(ids(list(service, of))).containsExactly(completed, failed);
        assertThat(ids(list(service, of + "&status=FAILED"))).containsExactly(failed);
        assertThat(ids(list(service, of + "&status=COMPLETED"))).containsExactly(completed);
        assertThat(ids(list(service, of + "&status=RUNNING"))).isEmpty();
        assertThat(ids(list(service, of + "&createdAfter=" + createdAt(service, failed))))
                .containsExactly(completed);
        assertThat(ids(list(service, of + "&createdBefore=" + createdAt(service, completed))))
                .containsExactly(failed);
        assertThat(ids(list(service, "userId=nobody-at-all"))).isEmpty();
        assertThat(list(service, of + "&status=FAILED")
                        .json()
                        .at("/items/0/compensations/0/action")
                        .asText())
                .isEqualTo("delete_profile");
        assertThat(list(service, of).json().get("nextCursor").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=-1",
                "limit=201",
                "limit=10001",
                "limit=ten",
                "limit=",
                "limit=1.5",
                "limit=99999999999",
                "status=foo",
                "status=completed",
                "status=",
                "userId=a%20b",
                "userId=",
                "createdAfter=yesterday",
                "createdAfter=2026-13-01T00:00:00Z",
                "createdAfter=2026-01-01",
                "createdBefore=%2B999999999-01-01T00:00:00Z",
                "cursor=x",
                "cursor=",
                "cursor=%00",
                "cursor=MTIzLzQ1Ng"
            })
    void wrongParameterIsNamed(String query, Instance service) {
        Answer answer = list(service, query);

        Problems.assertProblem(answer, 400, "invalid_parameter");
        assertThat(answer.text("detail")).startsWith(query.substring(0, query.indexOf('=')) + ":");
    }

    @Test
    void cursorThatWasTamperedWithIsRefused(Instance service) {
        service.post(Requests.valid());
        service.post(Requests.valid());
        String cursor = list(service, "limit=1").json().path("nextCursor").asText();
        assertThat(list(service, "limit=1&cursor=" + cursor).status()).isEqualTo(200);

        for (int i = 0; i < cursor.length() - 1; i += 5) {
            char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
            String tampered = cursor.substring(0, i) + other + cursor.substring(i + 1);

            Problems.assertProblem(list(service, "limit=1&cursor=" + tampered), 400, "invalid_parameter");
        }
    }
}
