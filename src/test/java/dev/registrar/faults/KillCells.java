package dev.registrar.faults;

import static io.temporal.api.enums.v1.EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED;

import dev.registrar.faults.Cell.Script;
import dev.registrar.faults.FaultWorld.Instance;
import dev.registrar.faults.ProviderGate.Call;
import dev.registrar.faults.ProviderGate.Point;
import dev.registrar.flow.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** {@code kill -9} of the service at every step, before the send, after the effect and after the report. */
final class KillCells {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String STEPS = "kill -9 of the service at a step";
    private static final String ACCEPT = "kill -9 of the service at the acceptance";
    private static final double SOME_CANCELLED = 0.3;

    /** Enough for a cancel between charge and end; far enough from the deadline of 1 s that the breaker stays closed. */
    private KillCells() {}

    /** The points of a call at which the service dies. */
    enum Moment {
        BEFORE_THE_SEND,
        AFTER_THE_EFFECT,
        AFTER_THE_REPORT
    }

    static List<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        Map<String, String> steps = Map.of(
                "profile", "profile.create",
                "payment", "payment.charge",
                "e-mail", "email.send",
                "refund", "payment.refund",
                "delete profile", "profile.delete");
        for (Moment moment : Moment.values()) {
            String when = moment.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            for (boolean durable : new boolean[] {false, true}) {
                String mode = durable ? ", durable" : "";
                for (String step : List.of("profile", "payment", "e-mail")) {
                    String operation = Objects.requireNonNull(steps.get(step));
                    cells.add(new Cell(
                            STEPS, "kill at " + step + " " + when + mode, 0, true, at(operation, moment, durable)));
                }
                cells.add(new Cell(STEPS, "kill at database " + when + mode, 0, true, atTheAccount(moment, durable)));
            }
            for (String step : List.of("refund", "delete profile")) {
                String operation = Objects.requireNonNull(steps.get(step));
                cells.add(new Cell(
                        STEPS, "kill at " + step + " " + when, SOME_CANCELLED, true, at(operation, moment, true)));
            }
            cells.add(new Cell(STEPS, "kill at replay " + when, 0, true, atTheReplay(moment)));
        }
        cells.add(new Cell(
                ACCEPT, "kill after the row, before the start", 0, true, scene -> atTheAcceptance(scene, false)));
        cells.add(new Cell(
                ACCEPT, "kill after the start, before its answer", 0, true, scene -> atTheAcceptance(scene, true)));
        return cells;
    }

    private static Script at(String operation, Moment moment, boolean durable) {
        return scene -> {
            boolean undo = operation.equals("payment.refund") || operation.equals("profile.delete");
            if (undo) {
                scene.faults.slowEmail().inject();
            } else {
                scene.load.only(durable ? FaultWorld.SECOND : FaultWorld.FIRST);
            }
            scene.pass(1_000);
            boolean both = scene.random.nextBoolean();
            scene.tell(both ? "both instances killed" : "the instance that makes the call killed");
            CompletableFuture<Call> struck = arm(scene, operation, moment, both, durable);
            scene.get(struck, "a call of " + operation);
            restart(scene);
        };
    }

    private static CompletableFuture<Call> arm(
            Scene scene, String operation, Moment moment, boolean both, boolean durable) {
        CompletableFuture<Call> struck = new CompletableFuture<>();
        switch (moment) {
            case BEFORE_THE_SEND ->
                scene.world.gate().arm(Point.BEFORE_SEND, 1, is(scene, operation), scene.killing(both, struck));
            case AFTER_THE_EFFECT ->
                scene.world.gate().arm(Point.AFTER_EFFECT, 1, is(scene, operation), scene.killing(both, struck));
            case AFTER_THE_REPORT -> {
                CompletableFuture<Call> chosen = new CompletableFuture<>();
                CompletableFuture<Long> before = new CompletableFuture<>();
                scene.world.gate().arm(Point.AFTER_EFFECT, 1, is(scene, operation), call -> {
                    chosen.complete(call);
                    before.complete(reported(scene, call));
                    return true;
                });
                scene.world.gate().arm(Point.AFTER_ANSWER, 1, call -> call.equals(chosen.getNow(null)), call -> {
                    awaitReport(scene, call, before.get(), durable);
                    return scene.killing(both, struck).strike(call);
                });
            }
        }
        return struck;
    }

    private static Predicate<Call> is(Scene scene, String operation) {
        return call -> call.operation().equals(operation) && scene.isMine(call);
    }

    /** How many activities of the registration Temporal knows to be completed. */
    private static long reported(Scene scene, Call call) {
        Sent sent = scene.registrationOf(call);
        return sent == null || !sent.accepted()
                ? 0
                : scene.world.temporal().events(sent.id(), EVENT_TYPE_ACTIVITY_TASK_COMPLETED);
    }

    /** A local activity is reported to the worker only; a durable one is in the history. */
    private static void awaitReport(Scene scene, Call call, long before, boolean durable) {
        if (!durable) {
            Poll.pass(Duration.ofMillis(scene.random.nextInt(40)));
            return;
        }
        Poll.until("the report of " + call, LIMIT, () -> reported(scene, call) > before);
    }

    private static void restart(Scene scene) throws Exception {
        scene.load.only(null);
        scene.world.startAll();
        scene.faults.slowEmail().heal();
        scene.healed();
        scene.pass(1_000);
    }

    /** The account is saved in the service's own PostgreSQL: its line is cut, or its answers are delayed. */
    private static Script atTheAccount(Moment moment, boolean durable) {
        return scene -> {
            scene.load.only(durable ? FaultWorld.SECOND : FaultWorld.FIRST);
            scene.pass(1_000);
            CompletableFuture<Call> charged = new CompletableFuture<>();
            scene.world.gate().arm(Point.AFTER_EFFECT, 1, is(scene, "payment.charge"), call -> {
                Instance instance = scene.world.instance(call.door());
                if (moment == Moment.BEFORE_THE_SEND) {
                    instance.database().holdRequests();
                } else if (moment == Moment.AFTER_THE_EFFECT) {
                    instance.database().delayAnswers(Duration.ofMillis(400));
                }
                charged.complete(call);
                return true;
            });
            Call call = scene.get(charged, "a charge");
            if (moment == Moment.BEFORE_THE_SEND) {
                scene.pass(300);
            } else {
                Poll.until("the account is there", LIMIT, () -> hasAccount(scene, call));
                scene.pass(moment == Moment.AFTER_THE_REPORT ? 150 : 0);
            }
            scene.kill(call, scene.random.nextBoolean());
            scene.world.instance(call.door()).database().heal();
            restart(scene);
        };
    }

    private static boolean hasAccount(Scene scene, Call call) {
        return !scene.world
                .database()
                .rows("SELECT 1 FROM accounts WHERE registration_id::text = ?", call.registrationId())
                .isEmpty();
    }

    /** Registrations that were terminated outside: an operator replays their rows, and the service dies meanwhile. */
    private static Script atTheReplay(Moment moment) {
        return scene -> {
            List<String> ids = terminated(scene, 4);
            scene.awaitHeld(ids);
            boolean both = scene.random.nextBoolean();
            CompletableFuture<Call> struck = arm(scene, "payment.refund", moment, both, true);
            scene.replayHeld();
            scene.get(struck, "a refund");
            scene.pass(300);
            restart(scene);
            // Asked for again: one effect.
            scene.replayHeld();
        };
    }

    /**
     * Registers users whose steps are durable, terminates their workflows once they are charged, and returns their ids.
     * Local steps would go on to the end, because the worker learns of the termination only from the server: the steps
     * of a registration whose start was left to the first instance's dispatcher are local, and another takes its place.
     */
    static List<String> terminated(Scene scene, int count) {
        Set<Sent> victims = ConcurrentHashMap.newKeySet();
        Set<String> ids = ConcurrentHashMap.newKeySet();
        AtomicInteger local = new AtomicInteger();
        scene.world.gate().arm(Point.BEFORE_SEND, Integer.MAX_VALUE, call -> isOf(scene, victims, call), call -> {
            String id = call.registrationId();
            if (scene.world.temporal().waitsForActivity(id)) {
                scene.strike(id, () -> scene.world.temporal().terminate(id));
                ids.add(id);
            } else {
                local.incrementAndGet();
            }
            return true;
        });
        scene.load.only(FaultWorld.SECOND);
        Poll.until(
                count + " are terminated",
                LIMIT.multipliedBy(2),
                () -> {
                    while (victims.size() < count + local.get()) {
                        victims.add(scene.load.send("pm_card_ok"));
                    }
                    return ids.size() >= count;
                },
                () -> ids.size() + " of " + victims.size() + " are, the steps of " + local + " were local");
        scene.world.gate().disarm().forEach(failed -> scene.expect(false, "termination", failed));
        scene.tell("the steps of " + local + " others were local");
        scene.load.only(null);
        return List.copyOf(ids);
    }

    private static boolean isOf(Scene scene, Set<Sent> some, Call call) {
        return call.operation().equals("email.send")
                && some.stream().anyMatch(sent -> sent.ids.contains(call.registrationId()))
                && scene.isMine(call);
    }

    private static void atTheAcceptance(Scene scene, boolean started) throws Exception {
        Instance instance = scene.world.instance(scene.random.nextInt(2));
        scene.load.only(instance.number());
        scene.pass(1_000);
        if (started) {
            instance.temporal().delayAnswers(Duration.ofSeconds(4));
        } else {
            instance.temporal().holdRequests();
        }
        Sent sent = scene.load.send("pm_card_ok");
        Poll.until("the row is there", LIMIT, () -> !scene.idOf(sent.user).isEmpty());
        if (started) {
            Poll.until("the run is there", LIMIT, () -> scene.world.temporal().runId(scene.idOf(sent.user)) != null);
        }
        // The reply, which does not wait for the start, may be lost or not: the same request is sent again if it is.
        scene.world.kill(instance);
        instance.temporal().heal();
        restart(scene);
        String id = scene.idOf(sent.user);
        Poll.until("the same request was answered", LIMIT, sent::accepted);
        scene.expect(sent.id().equals(id), "the same request gives the same registration", sent.id() + ", not " + id);
    }
}
