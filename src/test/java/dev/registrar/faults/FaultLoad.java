package dev.registrar.faults;

import dev.registrar.flow.Poll;
import dev.registrar.flow.RegistrationClient;
import dev.registrar.flow.WebClient;
import dev.registrar.flow.WebClient.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Users of a case, or of several after each other: they register at a steady rate at either instance, send the same request again under the same key
 * until they have an answer, sometimes twice at once, and some cancel. Thread-safe.
 */
final class FaultLoad implements AutoCloseable {

    /** Personal data that must appear nowhere in plain text; the user's id is no personal data. */
    static final List<String> CANARIES = List.of(
            "canary-mail",
            "Canaria Qwertz",
            "+14155570123",
            "Canary-Plan-8841",
            "4242424242424242",
            "4242 4242 4242 4242");

    private static final String PATH = "/v1/registrations";
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(5);

    /** How long after the last fault every request is accepted at the latest. */
    private static final Duration GIVE_UP = Duration.ofSeconds(90);

    private static final int MOST_OPEN = 200;

    private final FaultWorld world;
    private final String prefix;
    private final Random random;
    private final Queue<Sent> all = new ConcurrentLinkedQueue<>();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final Queue<String> errorBodies = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "fault-load");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean ended;
    private volatile boolean impatient;
    private volatile double cancels;
    private volatile @Nullable Integer only;
    private int number;

    /** @param prefix of the users' names */
    FaultLoad(FaultWorld world, String prefix, Random random) {
        this.world = world;
        this.prefix = prefix;
        this.random = random;
    }

    /** From now on this share of the registrations is cancelled soon after they were accepted. */
    void cancelling(double share) {
        cancels = share;
    }

    FaultLoad start(int perSecond) {
        var unused = timer.scheduleAtFixedRate(this::next, 0, 1_000_000L / perSecond, TimeUnit.MICROSECONDS);
        return this;
    }

    /** New registrations are sent to this instance only, or to both again. */
    void only(@Nullable Integer instance) {
        only = instance;
    }

    /** A request that is answered 503 is not sent again. */
    FaultLoad impatient() {
        impatient = true;
        return this;
    }

    /** How many requests were answered 503. */
    int refused() {
        return refused.get();
    }

    List<Sent> all() {
        return List.copyOf(all);
    }

    List<Sent> accepted() {
        return all.stream().filter(Sent::accepted).toList();
    }

    @Nullable
    Sent byId(String id) {
        return all.stream().filter(sent -> sent.ids.contains(id)).findAny().orElse(null);
    }

    /** Answers that no client should get. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    List<String> errorBodies() {
        return List.copyOf(errorBodies);
    }

    /** Sends no new requests; those without an answer are sent again until they have one. */
    void stop() {
        ended = true;
    }

    /** Returns when every request was accepted. */
    void awaitAccepted() {
        Poll.until(
                "every request was accepted",
                GIVE_UP,
                () -> all.stream().allMatch(Sent::accepted),
                () -> unanswered.get() + " of " + all.size() + " were not");
    }

    private static String body(String user, String token) {
        return """
                {"userProfile": {"userId": "%s", "email": "canary-mail-%s@example.com", "fullName": "Canaria Qwertz",
                                 "phoneNumber": "+14155570123", "preferences": {"locale": "en"}},
                 "payment": {"amount": %s, "currency": "USD", "paymentMethod": "%s", "description": "Canary-Plan-8841"}}
                """.formatted(user, user, RegistrationClient.AMOUNT, token);
    }

    private void next() {
        if (ended || unanswered.get() > MOST_OPEN) {
            return;
        }
        try {
            boolean declined = random.nextInt(25) == 0;
            send(declined ? "pm_card_declined" : "pm_card_ok", declined, cancels);
            if (random.nextInt(20) == 0) {
                sendRefused();
            }
        } catch (RuntimeException e) {
            problems.add("the load itself: " + e);
        }
    }

    /** Registers one more user with this payment token, who does not cancel. */
    Sent send(String token) {
        return send(token, false, 0);
    }

    private Sent send(String token, boolean declined, double share) {
        Sent sent;
        boolean twice;
        boolean cancelled;
        long delay;
        synchronized (this) {
            String user = prefix + number++;
            sent = new Sent(user, user + "-key", body(user, token), declined);
            twice = random.nextInt(10) == 0;
            cancelled = random.nextDouble() < share;
            delay = 80L + random.nextInt(700);
        }
        all.add(sent);
        unanswered.incrementAndGet();
        int instance = choice();
        post(sent, instance);
        if (twice) {
            post(sent, 1 - instance);
        }
        if (cancelled) {
            var unused = timer.schedule(() -> cancel(sent), delay, TimeUnit.MILLISECONDS);
        }
        return sent;
    }

    private int choice() {
        Integer one = only;
        if (one != null) {
            return one;
        }
        synchronized (this) {
            return random.nextInt(2);
        }
    }

    /** Sends the request; as long as it has no answer it is sent again, to the other instance. */
    void post(Sent sent, int instance) {
        WebClient web = world.instance(instance).process().application();
        var unused = web.callLater(
                        "POST", PATH, sent.body, "Content-Type", "application/json", "Idempotency-Key", sent.key)
                .orTimeout(CLIENT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, failure) -> {
                    if (failure == null && isAccepted(sent, answer)) {
                        return;
                    }
                    again(sent, 1 - instance);
                });
    }

    private boolean isAccepted(Sent sent, Answer answer) {
        if (answer.status() == 202 || answer.status() == 200) {
            if (sent.ids.add(answer.text("id")) && sent.ids.size() == 1) {
                unanswered.decrementAndGet();
                sent.answerTook = answer.took();
            }
            return true;
        }
        errorBodies.add(answer.response().body());
        if (answer.status() != 503 && answer.status() != 429) {
            problems.add("POST of " + sent.user + ": " + answer);
            return true;
        }
        if (answer.header("Retry-After").isEmpty()) {
            problems.add("POST of " + sent.user + ": " + answer + " without Retry-After");
        }
        refused.incrementAndGet();
        if (impatient) {
            unanswered.decrementAndGet();
        }
        return impatient;
    }

    private void again(Sent sent, int instance) {
        if (!sent.accepted() && !timer.isShutdown()) {
            var unused = timer.schedule(() -> post(sent, instance), 400, TimeUnit.MILLISECONDS);
        }
    }

    /** A card number instead of a token: refused, and quoted nowhere. */
    private void sendRefused() {
        var unused = world.instance(choice())
                .process()
                .application()
                .callLater(
                        "POST", PATH, body(prefix + "refused", "4242424242424242"), "Content-Type", "application/json")
                .orTimeout(CLIENT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .thenAccept(answer -> {
                    errorBodies.add(answer.response().body());
                    if (answer.status() != 422 && answer.status() != 400 && answer.status() != 503) {
                        problems.add("a card number as a token: " + answer.status());
                    }
                });
    }

    /** A client's cancel of a registration that was accepted. */
    void cancel(Sent sent) {
        if (!sent.accepted()) {
            return;
        }
        sent.cancelAsked = true;
        CompletableFuture<Answer> answered =
                world.instance(choice()).process().client().cancelLater(sent.id());
        var unused = answered.orTimeout(CLIENT_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .thenAccept(answer -> {
                    if (answer.status() == 202) {
                        sent.cancelAccepted = true;
                    } else if (answer.status() != 409) {
                        errorBodies.add(answer.response().body());
                    }
                });
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
