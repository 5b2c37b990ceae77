package dev.registrar.faults;

import dev.registrar.faults.ProviderGate.Call;
import dev.registrar.flow.Poll;
import dev.registrar.flow.WebClient.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One case while it runs: the world, the load, and random numbers of its own. One thread. */
final class Scene {

    private static final String OPEN = "finished_at IS NULL AND status <> 'NEEDS_ATTENTION'";
    private static final Duration LIMIT = Duration.ofSeconds(40);

    final FaultWorld world;
    final FaultLoad load;
    final Random random;
    final Faults faults;
    final String prefix;
    private final Chronicle chronicle;
    private final Map<Fault, Instant> begun = new ConcurrentHashMap<>();
    private final Instant start = Instant.now();

    /** @param prefix of the load's users */
    Scene(FaultWorld world, FaultLoad load, String prefix, long seed, Chronicle chronicle) {
        this.world = world;
        this.load = load;
        this.prefix = prefix;
        this.chronicle = chronicle;
        random = new Random(seed);
        faults = new Faults(world, random);
    }

    /** Lets the load go on for this long. */
    void pass(int millis) {
        Poll.pass(Duration.ofMillis(millis));
    }

    /** Injects the faults, lets the load go on, and heals them in reverse order. */
    void during(int millis, Fault... injected) throws Exception {
        during(() -> pass(millis), injected);
    }

    /** Injects the faults, does this while the load goes on, and heals them in reverse order, also if it fails. */
    void during(Fault.Action meanwhile, Fault... injected) throws Exception {
        List<Fault> broken = new ArrayList<>();
        try {
            for (Fault fault : injected) {
                tell(fault.name());
                inject(fault);
                broken.add(0, fault);
            }
            meanwhile.run();
        } finally {
            for (Fault fault : broken) {
                heal(fault);
            }
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
            chronicle.outageSince(from);
        }
    }

    /** From now on nothing is broken. */
    void healed() {
        chronicle.healed();
    }

    /** All registrations of this case so far have met its fault. */
    void struckAll() {
        chronicle.outageSince(start);
    }

    void tell(String event) {
        chronicle.tell(event);
    }

    /** Does the rest of the case when no more registrations arrive and all were accepted. */
    void later(String what, Fault.Action action) {
        chronicle.later(what, action);
    }

    /** The registrations that were accepted so far, without those of the cases before. */
    List<Sent> accepted() {
        return load.accepted().stream().filter(sent -> !sent.at.isBefore(start)).toList();
    }

    /** A rule of this case beside the invariants. */
    void expect(boolean holds, String rule, String seen) {
        if (!holds) {
            chronicle.wrong("expected", rule, seen);
        }
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

    /** Waits until these registrations, which were terminated outside, are left to an operator. */
    void awaitHeld(List<String> terminated) {
        Poll.until(
                terminated.size() + " are left to an operator",
                LIMIT,
                () -> ids("held AND status = 'NEEDS_ATTENTION'").containsAll(terminated),
                () -> ids("held").size() + " are held");
    }

    /** Waits until these registrations have ended or need attention. */
    void awaitEnded(Duration limit, List<Sent> those) {
        Set<String> waitedFor = those.stream().map(Sent::id).collect(Collectors.toSet());
        Poll.until(
                "none is open",
                limit,
                () -> ids(OPEN).stream().noneMatch(waitedFor::contains),
                () -> ids(OPEN).size() + " are open");
    }
}
