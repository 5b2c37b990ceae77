package dev.registrar.flow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Registers users at a steady rate, with a limit on concurrent requests, as through a load balancer: it checks the
 * readiness of each instance, sends requests over persistent connections to those that are ready, and tries another
 * instance if a connection is refused. Nothing else is retried: it counts as a failed request.
 */
final class BalancedLoad implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration END_LIMIT = Duration.ofSeconds(45);

    private static final int MOST_UNDERWAY = 24;

    /** One in this many registrations is followed by a read of an earlier one. */
    private static final int EVERY_LOOK = 4;

    private final List<RegistrarProcess> instances;
    private final String prefix;
    private final int everyWaiting;
    private final Map<String, String> accepted = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Answered> answered = new ConcurrentLinkedQueue<>();
    private final Phaser underway = new Phaser(1);
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "balanced-load");
        thread.setDaemon(true);
        return thread;
    });
    private volatile List<Integer> ready = List.of();
    private int sent;
    private volatile boolean ended;

    /**
     * @param prefix of the user names
     * @param everyWaiting one request in this many waits for the end of its registration
     */
    BalancedLoad(List<RegistrarProcess> instances, String prefix, int everyWaiting) {
        this.instances = List.copyOf(instances);
        this.prefix = prefix;
        this.everyWaiting = everyWaiting;
    }

    BalancedLoad start(int perSecond) {
        look();
        var unusedLooks =
                timer.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        long pause = TimeUnit.SECONDS.toNanos(1) / perSecond;
        var unusedRequests = timer.scheduleAtFixedRate(this::next, 0, pause, TimeUnit.NANOSECONDS);
        return this;
    }

    /** Stops sending and returns when every request has been answered. */
    void end() {
        ended = true;
        Poll.until("every request is answered", END_LIMIT, () -> underway.getUnarrivedParties() == 1);
        timer.shutdownNow();
    }

    /** Ids of the registrations by user. */
    Map<String, String> accepted() {
        return Map.copyOf(accepted);
    }

    /** One line per failed request. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** @param sent the {@link System#nanoTime()} at which it was sent */
    record Answered(long sent, Duration took) {}

    /**
     * The response time within which this share of requests was answered, counting only requests that did not wait and
     * were sent between two values of {@link System#nanoTime()}.
     *
     * @param share 1 for the slowest response
     */
    Duration percentile(double share, long from, long to) {
        List<Duration> sorted = answered.stream()
                .filter(answer -> answer.sent() - from >= 0 && answer.sent() - to <= 0)
                .map(Answered::took)
                .sorted()
                .toList();
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    private void look() {
        ready = IntStream.range(0, instances.size())
                .filter(i -> isReady(instances.get(i)))
                .boxed()
                .toList();
    }

    private static boolean isReady(RegistrarProcess instance) {
        try {
            return instance.admin().get("/ready").status() == 200;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void next() {
        // A machine that cannot keep up gets fewer requests instead of a growing backlog.
        if (ended || underway.getUnarrivedParties() > MOST_UNDERWAY) {
            return;
        }
        int number = sent++;
        String user = prefix + number;
        long sentAt = System.nanoTime();
        boolean waits = number % everyWaiting == 0;
        String[] headers = waits
                ? new String[] {"Content-Type", "application/json", "Prefer", "wait=20"}
                : new String[] {"Content-Type", "application/json"};
        send("POST", "/v1/registrations", RegistrationClient.body(user), headers, answer -> {
            JsonNode id = answer.json().path("id");
            if (answer.status() == 202 || (waits && answer.status() == 200)) {
                accepted.put(user, id.asText());
            } else {
                failures.add(user + ": " + answer);
            }
            if (!waits) {
                answered.add(new Answered(sentAt, answer.took()));
            }
        });
        String earlier = accepted.get(prefix + (number - 10));
        if (number % EVERY_LOOK == 0 && earlier != null) {
            send("GET", "/v1/registrations/" + earlier, "", new String[0], answer -> {
                if (answer.status() != 200) {
                    failures.add("look at " + earlier + ": " + answer);
                }
            });
        }
    }

    private interface Reader {
        void read(Answer answer);
    }

    private void send(String method, String path, String body, String[] headers, Reader reader) {
        underway.register();
        List<Integer> choice = new ArrayList<>(ready);
        Collections.rotate(choice, sent);
        long begun = System.nanoTime();
        var unused = tryEach(choice, method, path, body, headers).whenComplete((answer, failure) -> {
            try {
                if (failure == null) {
                    reader.read(answer);
                } else {
                    failures.add(method + " " + path + " to one of " + choice + " after "
                            + (System.nanoTime() - begun) / 1_000_000 + " ms: " + failure);
                }
            } catch (RuntimeException e) {
                failures.add(method + " " + path + ": " + answer + " " + e);
            } finally {
                underway.arriveAndDeregister();
            }
        });
    }

    private CompletableFuture<Answer> tryEach(
            List<Integer> choice, String method, String path, String body, String[] headers) {
        if (choice.isEmpty()) {
            return CompletableFuture.failedFuture(new IllegalStateException("no instance is ready"));
        }
        return instances
                .get(choice.get(0))
                .application()
                .callLater(method, path, body, headers)
                .exceptionallyCompose(failure -> isRefused(failure) && choice.size() > 1
                        ? tryEach(choice.subList(1, choice.size()), method, path, body, headers)
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean isRefused(Throwable failure) {
        return failure instanceof ConnectException
                || (failure instanceof CompletionException && failure.getCause() instanceof ConnectException);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
