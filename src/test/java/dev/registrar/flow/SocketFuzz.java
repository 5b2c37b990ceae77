package dev.registrar.flow;

import dev.registrar.api.RawHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** Sends randomly damaged requests over raw sockets and counts the responses. The same seed sends the same requests. */
final class SocketFuzz {

    private static final List<String> TARGETS = List.of(
            "/v1/registrations",
            "/v1/registrations?limit=5&status=FAILED",
            "/v1/registrations/6f2f8b26-7a52-4a0c-8b5e-0d2b7c0f9b11",
            "/v1/registrations/6f2f8b26-7a52-4a0c-8b5e-0d2b7c0f9b11/cancel",
            "/v1/users/fuzz-user",
            "/openapi.json");
    private static final List<String> METHODS = List.of("GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "TRACE");
    private static final List<String> HEADERS = List.of(
            "Content-Type: application/json",
            "Content-Type: text/xml",
            "Accept: application/json",
            "Accept: */*;q=0",
            "Content-Encoding: gzip",
            "Idempotency-Key: fuzz",
            "Prefer: wait=0",
            "Expect: 100-continue",
            "Connection: keep-alive, Upgrade",
            "Upgrade: h2c",
            "Cookie: a=b",
            "Range: bytes=0-1",
            "Transfer-Encoding: chunked",
            "Content-Length: 5",
            "Host: y",
            "X-Forwarded-For: 1.2.3.4");
    /** Its amount is invalid, so that undamaged requests are refused too. */
    private static final String BODY =
            "{\"userProfile\":{\"userId\":\"fuzz-user\",\"email\":\"f@example.com\",\"fullName\":\"F\"},"
                    + "\"payment\":{\"amount\":0,\"paymentMethod\":\"pm_card_ok\"}}";

    private static final int READ_MILLIS = 250;

    private final int port;
    private final long seed;
    private final Map<Integer, Long> answers = new ConcurrentSkipListMap<>();
    private final AtomicLong sent = new AtomicLong();

    SocketFuzz(int port, long seed) {
        this.port = port;
        this.seed = seed;
    }

    /** Keeps this many senders busy for this long. */
    SocketFuzz run(Duration length, int senders) throws InterruptedException {
        long end = System.nanoTime() + length.toNanos();
        List<Thread> threads = java.util.stream.IntStream.range(0, senders)
                .mapToObj(number -> new Thread(() -> {
                    Random random = new Random(seed + number);
                    while (System.nanoTime() < end) {
                        one(random);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return this;
    }

    long sent() {
        return sent.get();
    }

    /** Responses by status; 0 is no response. */
    Map<Integer, Long> answers() {
        return Map.copyOf(answers);
    }

    /** The statuses that no request may cause. */
    List<Integer> faults() {
        return answers.keySet().stream()
                .filter(status -> status >= 500 && status != 503)
                .toList();
    }

    private void one(Random random) {
        String request = damaged(request(random), random);
        try (RawHttp http = new RawHttp(port)) {
            int cut = random.nextInt(4) == 0 ? random.nextInt(request.length() + 1) : request.length();
            sent.incrementAndGet();
            http.send(request.substring(0, cut));
            http.send(request.substring(cut));
            if (random.nextInt(3) > 0) {
                http.end();
            }
            answers.merge(http.read(READ_MILLIS).status(), 1L, Long::sum);
        } catch (IOException e) {
            // Closed while writing.
            answers.merge(0, 1L, Long::sum);
        }
    }

    private static <T> T any(List<T> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }

    private static String request(Random random) {
        StringBuilder request = new StringBuilder(
                any(METHODS, random) + " " + any(TARGETS, random) + " HTTP/1.1\r\nHost: localhost\r\n");
        for (int i = random.nextInt(4); i > 0; i--) {
            request.append(any(HEADERS, random)).append("\r\n");
        }
        return switch (random.nextInt(4)) {
            case 0 -> request.append("\r\n").toString();
            case 1 ->
                request.append("Content-Type: application/json\r\nContent-Length: ")
                        .append(BODY.length())
                        .append("\r\n\r\n")
                        .append(BODY)
                        .toString();
            case 2 ->
                request.append("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
                        .append(Integer.toHexString(BODY.length()))
                        .append("\r\n")
                        .append(BODY)
                        .append("\r\n0\r\n\r\n")
                        .toString();
            default ->
                request.append("Content-Length: " + random.nextInt(200_000) + "\r\n\r\n" + BODY)
                        .toString();
        };
    }

    /** Damages a request up to four times in one way, at random places. */
    private static String damaged(String request, Random random) {
        StringBuilder bytes = new StringBuilder(request);
        for (int i = random.nextInt(5); i > 0 && bytes.length() > 1; i--) {
            int at = random.nextInt(bytes.length());
            switch (random.nextInt(7)) {
                case 0 -> bytes.setCharAt(at, (char) random.nextInt(256));
                case 1 -> bytes.insert(at, (char) random.nextInt(256));
                case 2 -> bytes.deleteCharAt(at);
                case 3 -> bytes.delete(at, Math.min(bytes.length(), at + random.nextInt(40)));
                case 4 -> bytes.insert(at, bytes.substring(at, Math.min(bytes.length(), at + random.nextInt(60))));
                case 5 ->
                    bytes.insert(
                            at,
                            String.valueOf((char) ('!' + random.nextInt(90))).repeat(random.nextInt(20_000)));
                default ->
                    bytes.insert(at, any(List.of("\r\n", "\n", "\0", "%", "%00", "..", "\\", "{", "\"", ";"), random));
            }
        }
        return bytes.toString();
    }
}
