package dev.registrar.faults;

import dev.registrar.faults.Invariants.Violation;
import dev.registrar.faults.ProviderGate.Call;
import dev.registrar.flow.Poll;
import dev.registrar.flow.WebClient.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One case while it runs: the world, its load, its random numbers, and what it has seen. One thread. */
final class Scene {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    final FaultWorld world;
    final FaultLoad load;
    final Random random;
    final Faults faults;
    final String prefix;
    final AtomicInteger strikes = new AtomicInteger();
    private final List<Violation> violations = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final Map<Fault, Instant> begun = new HashMap<>();
    private final List<Outage> outages = new ArrayList<>();
    private @Nullable Instant healed;
    private boolean unhurtComplete = true;

    /** A time in which registrations may have used up their attempts, without a trace in the ledger. */
    record Outage(Instant from, Instant until) {

        boolean touches(RegistrationRow row) {
            Instant finished = row.finishedAt();
            return row.createdAt().isBefore(until) && (finished == null || finished.isAfter(from));
        }
    }

    /** @param cancels the share of registrations that are cancelled */
    Scene(FaultWorld world, String prefix, long seed, double cancels) {
        this.world = world;
        this.prefix = prefix;
        random = new Random(seed);
        load = new FaultLoad(world, prefix, new Random(seed + 1), cancels);
        faults = new Faults(world, random);
    }

    /** Lets the load go on for this long. */
    void pass(int millis) {
        Poll.pass(Duration.ofMillis(millis));
    }

    /** Injects the faults, lets the load go on, and heals them in reverse order. */
    void during(int millis, Fault... injected) throws Exception {
        List<Fault> broken = new ArrayList<>();
        for (Fault fault : injected) {
            tell(fault.name());
            inject(fault);
            broken.add(0, fault);
        }
        pass(millis);
        for (Fault fault : broken) {
            heal(fault);
        }
        healed();
    }

    void inject(Fault fault) throws Exception {
        begun.put(fault, Instant.now());
        fault.inject();
    }

    void heal(Fault fault) throws Exception {
        fault.heal();
        Instant from = begun.remove(fault);
        if (from != null && fault.name().endsWith("the providers")) {
            outages.add(new Outage(from, Instant.now()));
        }
    }

    /** When no call to a provider could be made or answered, on at least one line. */
    List<Outage> outages() {
        return outages;
    }

    /** From now on nothing is broken. */
    void healed() {
        healed = Instant.now();
    }

    Instant healedAt() {
        Instant at = healed;
        return at == null ? Instant.now() : at;
    }

    /** The case is about what happens to all: how many complete says nothing. */
    void withoutShareOfCompleted() {
        unhurtComplete = false;
    }

    boolean unhurtComplete() {
        return unhurtComplete;
    }

    void tell(String event) {
        story.add(event);
    }

    List<String> story() {
        return story;
    }

    /** A rule of this case beside the invariants. */
    void expect(boolean holds, String rule, String seen) {
        if (!holds) {
            violations.add(new Violation("expected", rule, seen));
        }
    }

    List<Violation> violations() {
        return violations;
    }

    /** Kills the instance that makes a call, or both, and closes the call. */
    ProviderGate.Strike killing(boolean both, CompletableFuture<Call> struck) {
        return call -> {
            kill(call, both);
            struck.complete(call);
            return false;
        };
    }

    void kill(Call call, boolean both) {
        strikes.incrementAndGet();
        world.kill(world.instance(call.door()));
        if (both) {
            world.kill(world.instance(1 - call.door()));
        }
    }

    <T> T get(CompletableFuture<T> future, String what) throws Exception {
        try {
            return future.get((long) (LIMIT.toSeconds() * Poll.stretch()), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("did not happen: " + what, e);
        }
    }

    /** The registration that a call is about; null if it is not one of this case. */
    @Nullable
    Sent registrationOf(Call call) {
        if (!call.registrationId().isEmpty()) {
            return load.byId(call.registrationId());
        }
        String user = call.path().replaceFirst("\\?.*$", "").replaceFirst("^.*/", "");
        return load.all().stream()
                .filter(sent -> sent.user.equals(user))
                .findAny()
                .orElse(null);
    }

    /** Whether a call is one of this case's users. */
    boolean isMine(Call call) {
        return call.path().contains(prefix) || !call.registrationId().isEmpty();
    }

    /** The id of a user's registration in the tables; empty if it is not there. */
    String idOf(String user) {
        return world.database().rows("SELECT id::text AS id FROM registrations WHERE user_id = ?", user).stream()
                .map(row -> String.valueOf(row.get("id")))
                .findAny()
                .orElse("");
    }

    /** Ids of this case's registrations with this condition on {@code registrations}. */
    List<String> ids(String condition) {
        return world
                .database()
                .rows("SELECT id::text AS id FROM registrations WHERE starts_with(user_id, ?) AND " + condition, prefix)
                .stream()
                .map(row -> String.valueOf(row.get("id")))
                .toList();
    }

    /** Does something to one registration in particular, which therefore proves nothing about the others. */
    void strike(String id, Runnable deed) {
        Sent sent = load.byId(id);
        if (sent != null) {
            sent.struck = true;
        }
        try {
            deed.run();
            tell("struck " + id);
        } catch (RuntimeException e) {
            tell("not struck, " + e.getClass().getSimpleName() + ": " + id);
        }
    }

    /** An operator tries all open rows, if there is an instance that answers. */
    void replayQuietly() {
        for (FaultWorld.Instance instance : world.instances()) {
            try {
                instance.process()
                        .admin()
                        .callLater(
                                "POST",
                                "/tasks/compensation-replay?action=refund&dryRun=false&rate=50&actor=ann&reason=quiet",
                                "")
                        .get(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                tell("no replay by instance " + instance.number());
            }
        }
    }

    /** An operator tries the rows of registrations that only a command tries. */
    void replayHeld() {
        List<String> held = ids("held AND finished_at IS NULL");
        for (String id : held) {
            Answer answer = world.instance(random.nextInt(2))
                    .process()
                    .operator()
                    .task(
                            "compensation-replay",
                            "registration",
                            id,
                            "dryRun",
                            "false",
                            "actor",
                            "ann",
                            "reason",
                            "ended outside");
            expect(answer.status() == 200, "held rows can be replayed", id + ": " + answer);
        }
        if (!held.isEmpty()) {
            tell(held.size() + " replayed by an operator");
        }
    }

    /** Waits until the registrations that were terminated outside are left to an operator. */
    void awaitHeld(int count) {
        Poll.until(
                count + " are left to an operator",
                LIMIT,
                () -> ids("held AND status = 'NEEDS_ATTENTION'").size() >= count,
                () -> ids("held").size() + " are held");
    }
}
