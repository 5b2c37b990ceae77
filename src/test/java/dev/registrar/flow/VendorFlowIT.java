package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import dev.registrar.standin.Localstripe.Intent;
import dev.registrar.standin.Scim2Server.User;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The whole saga over Stripe, SCIM, SMTP and Twilio at once, verified by the stand-ins' own records. */
final class VendorFlowIT extends VendorTestCase {

    private static final int COUNT = 50;
    private static final int DECLINED = 5;
    private static final int CANCELLED = 5;
    private static final double LOST = 0.1;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Test
    void everybodyIsChargedOnceOrNotAtAllWhileAnswersAreLost() throws Exception {
        try (Vendors vendors = new Vendors(directory);
                RegistrarProcess service = vendors.service(directory)) {
            service.start();
            int callsBefore = vendors.stripeCalls();
            String warmUp = register(service, vendors, "vendor-healthy", 999);
            assertThat(service.client().awaitSettled(warmUp, LIMIT).text("status"))
                    .isEqualTo("COMPLETED");
            int healthyCalls = vendors.stripeCalls() - callsBefore;
            System.out.printf("MEASURED vendors: mean of a call when healthy, ms: %s%n", means(service));
            assertThat(healthyCalls)
                    .as("calls of Stripe for a healthy registration")
                    .isBetween(1, 3);

            vendors.loseAnswers(LOST);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                String id = register(service, vendors, "vendor-" + i, i);
                ids.add(id);
                if (i >= DECLINED && i < DECLINED + CANCELLED) {
                    service.client().cancelLater(id).join();
                }
            }
            Map<String, Answer> ends = new LinkedHashMap<>();
            for (String id : ids) {
                ends.put(id, service.client().awaitSettled(id, LIMIT));
            }
            vendors.heal();
            Poll.until(
                    "nothing needs attention any more",
                    LIMIT,
                    () -> {
                        ids.forEach(id -> ends.put(id, service.client().find(id)));
                        return ends.values().stream()
                                .noneMatch(end -> end.text("status").equals("NEEDS_ATTENTION"));
                    },
                    () -> count(ends, end -> end.text("status")).toString());

            ends.put(warmUp, service.client().find(warmUp));
            assertThat(service.client().find(ids.get(0)).text("status")).isEqualTo("FAILED");
            assertRight(vendors, ends, healthyCalls);
        }
    }

    /** The mean response time of a call in milliseconds, by operation. */
    private static Map<String, Long> means(RegistrarProcess service) {
        MetricsPage page =
                new MetricsPage(service.admin().get("/prometheus").response().body());
        Map<String, Long> means = new TreeMap<>();
        for (String operation :
                List.of("payment create", "payment charge", "profile create", "email send", "sms send")) {
            String[] labels = {
                "service=\"" + operation.replaceFirst(" .*", "") + "\"",
                "operation=\"" + operation.replaceFirst(".* ", "") + "\"",
                "outcome=\"success\""
            };
            double count = page.sum("registrar_call_seconds_count", labels);
            assertThat(count).as(operation).isPositive();
            means.put(operation, Math.round(1_000 * page.sum("registrar_call_seconds_sum", labels) / count));
        }
        return means;
    }

    private static String register(RegistrarProcess service, Vendors vendors, String user, int n) {
        String body = RegistrationClient.body(user, n < DECLINED ? vendors.declinedCard() : vendors.goodCard())
                .replace("+14155550101", phone(n));
        Answer answer = service.client().post(body);
        assertThat(answer.status()).as("%s", answer).isEqualTo(202);
        return answer.text("id");
    }

    private static String phone(int n) {
        return String.format("+1415555%04d", 1000 + n);
    }

    private static void assertRight(Vendors vendors, Map<String, Answer> ends, int healthyCalls)
            throws MessagingException {
        Map<String, List<Intent>> intents =
                vendors.intents().stream().collect(Collectors.groupingBy(Intent::registrationId));
        Map<String, List<User>> users = vendors.users().stream().collect(Collectors.groupingBy(User::externalId));
        Map<String, Integer> mails = new TreeMap<>();
        for (MimeMessage mail : vendors.mailbox()) {
            InternetAddress to = (InternetAddress) mail.getRecipients(RecipientType.TO)[0];
            mails.merge(to.getAddress(), 1, Integer::sum);
        }
        Map<String, Long> seen = new TreeMap<>();
        ends.forEach((id, end) -> {
            JsonNode view = end.json();
            String user = view.path("userId").asText();
            String status = view.path("status").asText();
            List<Intent> own = intents.getOrDefault(id, List.of());
            long held = own.stream().mapToLong(Intent::held).sum();
            long charged = own.stream()
                    .filter(intent -> intent.status().equals("succeeded"))
                    .count();
            boolean completed = status.equals("COMPLETED");
            assertThat(held).as("held of %s, %s: %s", user, status, own).isEqualTo(completed ? 4990 : 0);
            assertThat(charged).as("charges of %s, %s: %s", user, status, own).isBetween(completed ? 1L : 0L, 1L);
            assertThat(users.getOrDefault(id, List.of()))
                    .as("profiles of %s, %s", user, status)
                    .hasSize(completed ? 1 : 0);
            int mailed = mails.getOrDefault(user + "@example.com", 0);
            int texted = vendors.texts(phone(user)).size();
            assertOnce("mail", user, view, "email", mailed);
            assertOnce("SMS", user, view, "sms", texted);
            seen.merge(status, 1L, Long::sum);
            seen.merge("mails", (long) mailed, Long::sum);
            seen.merge("texts", (long) texted, Long::sum);
            seen.merge("charged and refunded", completed ? 0 : charged, Long::sum);
            for (JsonNode error : view.path("errors")) {
                seen.merge("error " + error.path("code").asText(), 1L, Long::sum);
            }
        });
        System.out.printf(
                "MEASURED vendors: %d registrations, %d calls of Stripe when healthy, lost %s: %s%n",
                ends.size(), healthyCalls, vendors.lost(), seen);
        long completed = seen.getOrDefault("COMPLETED", 0L);
        assertThat(completed).isGreaterThanOrEqualTo(COUNT - DECLINED - CANCELLED);
        assertThat(users.values().stream().mapToInt(List::size).sum()).isEqualTo((int) completed);
        assertThat(seen.get("FAILED")).isEqualTo(DECLINED);
    }

    private static String phone(String user) {
        return user.equals("vendor-healthy") ? phone(999) : phone(Integer.parseInt(user.substring("vendor-".length())));
    }

    /** Exactly one if the step succeeded, otherwise at most one. */
    private static void assertOnce(String what, String user, JsonNode view, String step, int count) {
        String status = "";
        for (JsonNode each : view.path("steps")) {
            if (each.path("name").asText().equalsIgnoreCase(step)) {
                status = each.path("status").asText();
            }
        }
        assertThat(status).as("step %s of %s: %s", step, user, view).isNotEmpty();
        if (status.equals("SUCCEEDED")) {
            assertThat(count).as("%s of %s, step %s", what, user, status).isOne();
        } else {
            assertThat(count).as("%s of %s, step %s", what, user, status).isBetween(0, 1);
        }
    }

    private static <T> Map<T, Long> count(Map<String, Answer> ends, Function<Answer, T> by) {
        return ends.values().stream().collect(Collectors.groupingBy(by, Collectors.counting()));
    }
}
