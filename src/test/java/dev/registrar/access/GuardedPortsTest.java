package dev.registrar.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.access.GuardedRegistrar.Answer;
import dev.registrar.access.GuardedRegistrar.Service;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The other protections of the two ports: foreign pages, rates, concurrency; and which operator the audit names. */
@ExtendWith(GuardedRegistrar.class)
class GuardedPortsTest {

    private static List<String> actors(Service service, String reason) {
        return service.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT actor FROM audit WHERE reason = :reason ORDER BY id")
                        .bind("reason", reason)
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void auditNamesTheKeyWhateverActorIsGiven(Service service) {
        for (String actor : List.of("", "&actor=ops", "&actor=ann", "&actor=ann%20(key%20boss)")) {
            for (String action : List.of("pause", "resume")) {
                Answer answer = service.as(
                        "ops",
                        service.admin("POST", "/tasks/worker?reason=who-" + action + "&action=" + action + actor));
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            }
        }

        assertThat(actors(service, "who-pause"))
                .containsExactly("ops", "ops", "ann (key ops)", "ann (key boss) (key ops)");
    }

    @Test
    void foreignPageIsRefusedOnBothPortsWhateverKeyItHas(Service service) {
        for (HttpRequest.Builder request : List.of(
                service.registration("shop-a").header("Sec-Fetch-Site", "cross-site"),
                service.registration("shop-a").header("Origin", "https://evil.example"),
                service.admin("POST", "/tasks/compensations").header("Sec-Fetch-Site", "same-site"),
                service.admin("POST", "/tasks/compensations").header("Origin", "null"))) {
            Answer answer = service.as("ops", request);

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.json().path("code").asText()).isEqualTo("cross_site_refused");
        }
    }

    @Test
    void adminPortOnTheLoopbackInterfaceKnowsCrossSiteGuardOnly(Service service) throws IOException {
        assertThat(statusLine(service.adminPort(), "GET /ping HTTP/1.1\r\nHost: evil.example\r\n"))
                .contains(" 403 ");
        assertThat(statusLine(service.adminPort(), "GET /ping HTTP/1.1\r\nHost: localhost:8081\r\n"))
                .contains(" 200 ");
        assertThat(statusLine(service.port(), "GET /v1/registrations HTTP/1.1\r\nHost: api.example\r\n"))
                .as("behind a proxy; the key tells")
                .contains(" 401 ");
    }

    private static String statusLine(int port, String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            write(socket, head + "Connection: close\r\n\r\n");
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    @Test
    void callerAboveItsRateIsToldWhenToComeAgainAndOthersAreServed(Service service) {
        for (int i = 0; i < GuardedRegistrar.RATE; i++) {
            assertThat(service.send(service.registration("limited")).status()).isEqualTo(202);
        }
        Answer limited = service.send(service.registration("limited"));

        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.json().path("code").asText()).isEqualTo("rate_limited");
        assertThat(Integer.parseInt(limited.header("Retry-After"))).isBetween(1, 60);
        assertThat(service.send(service.registration("ops")).status()).isEqualTo(202);
        assertThat(service.as("limited", service.request("GET", "/v1/registrations"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void requestsAboveTheBoundAreRefusedAtOnceAndServedWhenThereIsRoom(Service service) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            // Two more than the limit: a request of the loop below may take one of the places.
            for (int i = 0; i < GuardedRegistrar.PLACES + 2; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port());
                sockets.add(socket);
                write(
                        socket,
                        "POST /v1/registrations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: "
                                + service.credentials("holder") + "\r\nContent-Length: 100\r\n\r\n{");
            }
            AtomicReference<Answer> last = new AtomicReference<>(list(service));
            until(() -> last.updateAndGet(before -> list(service)).status() == 503);
            Answer refused = Objects.requireNonNull(last.get());

            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(refused.json().path("code").asText()).isEqualTo("overloaded");
            assertThat(service.send(service.admin("GET", "/ready")).status()).isEqualTo(200);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        until(() -> list(service).status() == 200);
    }

    private static Answer list(Service service) {
        return service.as("ops", service.request("GET", "/v1/registrations?limit=1"));
    }

    @Test
    void requestThatFindsNoPlaceToWaitIsAnsweredAtOnce(Service service) {
        service.faults(
                "[{\"service\": \"profile\", \"operation\": \"create\", \"kind\": \"latency\", \"millis\": 1500}]");
        try {
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < GuardedRegistrar.WAITS; i++) {
                waiting.add(service.client()
                        .sendAsync(
                                service.registration("waiter")
                                        .header("Prefer", "wait=30")
                                        .build(),
                                BodyHandlers.ofString()));
            }
            until(() -> service.as("waiter", service.request("GET", "/v1/registrations"))
                            .json()
                            .path("items")
                            .size()
                    == GuardedRegistrar.WAITS);
            Answer atOnce = service.send(service.registration("waiter").header("Prefer", "wait=30"));

            assertThat(atOnce.status()).isEqualTo(202);
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            assertThat(waiting.stream().map(CompletableFuture::join).map(HttpResponse::statusCode))
                    .containsOnly(200);
        } finally {
            service.faults("[]");
        }
        assertThat(service.send(service.registration("waiter").header("Prefer", "wait=30"))
                        .status())
                .as("the places were given back")
                .isEqualTo(200);
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
