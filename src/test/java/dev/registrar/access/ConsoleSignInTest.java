package dev.registrar.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.access.GuardedRegistrar.Answer;
import dev.registrar.access.GuardedRegistrar.Service;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signing in to the console of the running service, and what a browser may do then. */
@ExtendWith(GuardedRegistrar.class)
class ConsoleSignInTest {

    private static final String SESSION = "/console/api/session";

    private static Answer signIn(Service service, String key) {
        return service.send(form(service, SESSION, "key=" + encoded(key)));
    }

    private static HttpRequest.Builder form(Service service, String path, String body) {
        return service.admin("POST", path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String key(Service service, String id) {
        return service.credentials(id).substring("Bearer ".length());
    }

    /** As a browser sends it. */
    private static String cookie(Answer signedIn) {
        return signedIn.header("Set-Cookie").replaceFirst(";.*", "");
    }

    private static String cookie(Service service, String id) {
        return cookie(signIn(service, key(service, id)));
    }

    private static Answer get(Service service, String path, String cookie) {
        return service.send(service.admin("GET", path).header("Cookie", cookie));
    }

    @Test
    void keyIsExchangedForACookieThatDoesNotHoldIt(Service service) {
        Answer before = service.send(service.admin("GET", SESSION));
        Answer signedIn = signIn(service, key(service, "ops"));
        Answer after = get(service, SESSION, cookie(signedIn));

        assertThat(before.status()).isEqualTo(200);
        assertThat(before.json().path("authentication").asText()).isEqualTo("api-keys");
        assertThat(before.json().path("user").isNull()).isTrue();
        assertThat(before.json().path("role").isNull()).isTrue();
        assertThat(signedIn.status()).isEqualTo(200);
        assertThat(signedIn.header("Set-Cookie"))
                .matches("registrar-session=[A-Za-z0-9_-]+; .*")
                .contains("Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=28")
                .doesNotContain("Secure", key(service, "ops"), "ops");
        assertThat(signedIn.json()).isEqualTo(after.json());
        assertThat(after.json().path("user").asText()).isEqualTo("ops");
        assertThat(after.json().path("role").asText()).isEqualTo("OPERATOR");
        assertThat(after.json().path("expiresAt").asText()).endsWith("Z");
        assertThat(after.json().path("instance").asText()).endsWith(":" + service.adminPort());
        assertThat(after.json().path("version").asText()).isEqualTo("unpackaged");
        assertThat(after.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void cookieIsAcceptedWhereTheKeyIs(Service service) {
        String ops = cookie(service, "ops");
        String audit = cookie(service, "audit");

        for (String path : new String[] {"/console/api/now", "/tasks", "/prometheus"}) {
            assertThat(get(service, path, ops).status()).as(path).isEqualTo(200);
            assertThat(get(service, path, audit).status()).as(path).isEqualTo(200);
        }
        assertThat(get(service, "/threads", ops).status()).isEqualTo(200);
        assertThat(get(service, "/threads", audit).status()).isEqualTo(403);
        assertThat(get(service, "/metrics", ops).status()).isEqualTo(404);
        assertThat(service.send(service.request("GET", "/v1/registrations").header("Cookie", ops))
                        .status())
                .as("the REST interface has no sessions")
                .isEqualTo(401);
    }

    @Test
    void badCookieIsNoSession(Service service) {
        String ops = cookie(service, "ops");
        String tampered =
                ops.substring(0, ops.length() - 6) + (ops.endsWith("A") ? "B" : "A") + ops.substring(ops.length() - 5);

        Answer answer = get(service, "/console/api/now", tampered);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("error").asText()).isNotBlank();
        assertThat(answer.header("Content-Security-Policy")).startsWith("default-src 'self';");
        assertThat(get(service, SESSION, tampered).json().path("user").isNull()).isTrue();
        assertThat(service.send(service.admin("GET", "/console/api/now")
                                .header("Cookie", ops)
                                .header("Authorization", "Bearer rk_wrong"))
                        .status())
                .as("credentials are judged by themselves")
                .isEqualTo(401);
    }

    @Test
    void wrongKeyAndClientCannotSignIn(Service service) {
        Answer wrong = signIn(service, "rk_wrong");
        Answer client = signIn(service, key(service, "shop-a"));
        Answer expired = signIn(service, key(service, "expired"));
        Answer none = service.send(form(service, SESSION, ""));

        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.json().path("error").asText()).isNotBlank();
        assertThat(client.status()).isEqualTo(403);
        assertThat(expired.status()).isEqualTo(401);
        assertThat(none.status()).isEqualTo(400);
        assertThat(none.json().path("error").asText()).isEqualTo("key: missing.");
        for (Answer refused : new Answer[] {wrong, client, expired, none}) {
            assertThat(refused.header("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void keyInTheAddressIsRefused(Service service) {
        String key = "key=" + encoded(key(service, "ops"));

        Answer query = service.send(form(service, SESSION + "?" + key, ""));
        Answer both = service.send(form(service, SESSION + "?x=1", key));

        for (Answer refused : new Answer[] {query, both}) {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().path("error").asText()).startsWith("key: ");
            assertThat(refused.header("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void signingOutMakesTheBrowserForget(Service service) {
        Answer out = service.send(service.admin("DELETE", SESSION).header("Cookie", cookie(service, "ops")));

        assertThat(out.status()).isEqualTo(200);
        assertThat(out.json().path("user").isNull()).isTrue();
        assertThat(out.header("Set-Cookie"))
                .startsWith("registrar-session=")
                .contains("Expires=Thu, 01 Jan 1970", "Path=/");
    }

    @Test
    void auditorWithACookieReadsAndChangesNothing(Service service) {
        String audit = cookie(service, "audit");
        String id =
                service.send(service.registration("shop-a")).json().path("id").asText();
        String reveal = "/console/api/registrations/" + id + "/personal-data";

        Answer timeline = get(service, "/console/api/registrations/" + id, audit);
        Answer worker = service.send(
                form(service, "/tasks/worker", "action=pause&reason=x").header("Cookie", audit));
        Answer data = service.send(form(service, reveal, "reason=x").header("Cookie", audit));
        Answer asOperator = service.send(form(service, reveal, "reason=x").header("Cookie", cookie(service, "ops")));

        assertThat(timeline.status()).isEqualTo(200);
        assertThat(timeline.body()).doesNotContain("ada@example.com", "Lovelace", "4155550101");
        assertThat(worker.status()).isEqualTo(403);
        assertThat(data.status()).isEqualTo(403);
        assertThat(data.json().path("error").asText()).isNotBlank();
        assertThat(asOperator.status()).isEqualTo(200);
        assertThat(asOperator.json().path("email").asText()).isEqualTo("ada@example.com");
        assertThat(actor(service, id)).as("the key is the actor").isEqualTo("ops");
    }

    @ParameterizedTest
    @CsvSource({
        "compensation-batch, 200",
        "compensation-batch?action=status&format=json, 200",
        "compensation-batch?batch=0f8e7d6c-5b4a-4392-8110-ffeeddccbbaa, 404",
        "compensation-batch?batch=0f8e7d6c-5b4a-4392-8110-ffeeddccbbaa&action=pause&reason=x, 403",
        "compensation-batch?action=status&action=cancel&reason=x, 403",
        "reconcile?id=0f8e7d6c-5b4a-4392-8110-ffeeddccbbaa&format=json, 404",
        "reconcile?id=0f8e7d6c-5b4a-4392-8110-ffeeddccbbaa&dryRun=false&reason=x, 403",
        "reconcile?id=, 403",
        "reconcile?limit=1, 403",
        "reconcile?dryRun=true, 403",
        "circuit-breakers?service=sms, 200",
        "circuit-breakers?service=sms&action=reset&reason=x, 403",
        "worker?action=, 403",
        "worker?action=resume&reason=x, 403",
        "worker?ACTION=resume&reason=x, 403"
    })
    void auditorRunsTasksThatOnlyRead(String call, int status, Service service) {
        String[] parts = call.split("\\?", 2);
        String form = parts.length < 2 ? "" : parts[1];

        Answer query = service.as("audit", service.admin("POST", "/tasks/" + call));
        Answer posted =
                service.send(form(service, "/tasks/" + parts[0], form).header("Cookie", cookie(service, "audit")));

        assertThat(query.status()).as(query.body()).isEqualTo(status);
        assertThat(posted.status()).as(posted.body()).isEqualTo(status);
        if (status == 403) {
            assertThat(posted.json().path("code").asText()).isEqualTo("forbidden");
        }
    }

    private static String actor(Service service, String id) {
        return service.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT actor FROM audit WHERE action = 'personal-data' AND subject = :subject")
                        .bind("subject", "registration:" + UUID.fromString(id))
                        .mapTo(String.class)
                        .one());
    }

    @Test
    void foreignPageCannotActWithTheCookieNorSignIn(Service service) {
        String ops = cookie(service, "ops");
        String pause = "action=resume&reason=x";

        Answer origin = service.send(
                form(service, "/tasks/worker", pause).header("Cookie", ops).header("Origin", "https://evil.example"));
        Answer site = service.send(
                form(service, "/tasks/worker", pause).header("Cookie", ops).header("Sec-Fetch-Site", "cross-site"));
        Answer old = service.send(
                form(service, "/tasks/worker", pause).header("Cookie", ops).header("User-Agent", "Mozilla/5.0 (old)"));
        Answer signIn = service.send(
                form(service, SESSION, "key=" + encoded(key(service, "ops"))).header("Origin", "https://evil.example"));
        Answer own = service.send(form(service, "/tasks/worker", pause)
                .header("Cookie", ops)
                .header("Sec-Fetch-Site", "same-origin")
                .header("Origin", "http://127.0.0.1:" + service.adminPort()));

        assertThat(origin.status()).isEqualTo(403);
        assertThat(site.status()).isEqualTo(403);
        assertThat(old.status()).isEqualTo(403);
        assertThat(signIn.status()).isEqualTo(403);
        assertThat(signIn.header("Set-Cookie")).isEmpty();
        assertThat(signIn.json().path("error").asText()).isNotBlank();
        assertThat(own.status()).isEqualTo(200);
    }
}
