package dev.registrar.faults;

import dev.registrar.faults.Faults.Network;
import dev.registrar.faults.ProviderGate.Call;
import dev.registrar.faults.ProviderGate.Point;
import dev.registrar.flow.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Cancels, operators' commands, and what someone with access to Temporal or the tables can do, at every step. */
final class CommandCells {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<String> STEPS = List.of("profile.create", "payment.charge", "email.send", "sms.send");

    private CommandCells() {}

    static List<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        addOutside(cells);
        addOperators(cells);
        return cells;
    }

    private static void addOutside(List<Cell> cells) {
        for (String step : STEPS) {
            cells.add(at("cancel at a step", "cancel at " + step, step, (scene, sent) -> scene.load.cancel(sent)));
            cells.add(at(
                    "termination, cancellation and reset from Temporal's side",
                    "terminated at " + step,
                    step,
                    (scene, sent) -> scene.world.temporal().terminate(sent.id())));
            cells.add(at(
                    "termination, cancellation and reset from Temporal's side",
                    "cancelled natively at " + step,
                    step,
                    (scene, sent) -> scene.world.temporal().cancel(sent.id())));
            cells.add(at(
                    "termination, cancellation and reset from Temporal's side",
                    "reset at " + step,
                    step,
                    (scene, sent) -> scene.world.temporal().resetToStart(sent.id())));
        }
    }

    /** A charge without an answer and without lookups needs an operator; someone terminates the run that looks again. */
    private static void terminatedWhileUnresolved(Scene scene) throws Exception {
        scene.during(
                9_000,
                scene.faults.provider("payment", "\"operation\": \"find\", \"kind\": \"status\", \"status\": 500"),
                scene.faults.provider("payment", "\"operation\": \"void\", \"kind\": \"reset_before\""),
                scene.faults.provider("payment", "\"operation\": \"charge\", \"kind\": \"reset_after\""));
        scene.struckAll();
        AtomicInteger strikes = new AtomicInteger();
        String unresolved = "EXISTS (SELECT 1 FROM compensations c WHERE c.registration_id = registrations.id"
                + " AND c.action = 'resolve_payment' AND c.closed_at IS NULL)";
        scene.world.gate().arm(Point.BEFORE_SEND, 1, call -> call.operation().matches("payment.(find|void)"), call -> {
            for (String id : scene.ids(unresolved)) {
                scene.strike(id, () -> scene.world.temporal().terminate(id));
            }
            strikes.incrementAndGet();
            return true;
        });
        Poll.until("a lookup was struck", LIMIT.multipliedBy(2), () -> strikes.get() == 1);
        scene.healed();
        Poll.until("none is unresolved", LIMIT.multipliedBy(2), () -> {
            scene.replayHeld();
            scene.pass(1_000);
            return scene.ids(unresolved).isEmpty();
        });
    }

    private interface Deed {
        void act(Scene scene, Sent sent) throws Exception;
    }

    /** Something is done to six registrations in the middle of a call, before and after its effect. */
    private static Cell at(String row, String name, String operation, Deed deed) {
        return new Cell(row, name, 0, true, scene -> {
            if (name.startsWith("reset")) {
                // A local call is in the history once its workflow task is: these wait for their e-mail.
                scene.load.only(FaultWorld.SECOND);
            }
            AtomicInteger strikes = new AtomicInteger();
            ProviderGate.Strike strike = call -> {
                Sent sent = scene.registrationOf(call);
                if (sent != null && sent.accepted()) {
                    sent.struck = true;
                    deed.act(scene, sent);
                }
                strikes.incrementAndGet();
                return true;
            };
            scene.pass(500);
            for (Point point : List.of(Point.BEFORE_SEND, Point.AFTER_EFFECT)) {
                scene.world.gate().arm(point, 3, call -> isKnown(scene, call, operation), strike);
            }
            Poll.until("six calls were struck", LIMIT, () -> strikes.get() >= 6);
            scene.healed();
            scene.pass(1_000);
            if (name.startsWith("terminated")) {
                // Then they are held, and replayed.
                scene.later("all but the terminated ones end", () -> scene.awaitEnded(LIMIT, List.of()));
            }
        });
    }

    private static boolean isKnown(Scene scene, Call call, String operation) {
        if (!call.operation().equals(operation)) {
            return false;
        }
        Sent sent = scene.registrationOf(call);
        return sent != null && sent.accepted() && !sent.struck;
    }

    private static void addOperators(List<Cell> cells) {
        String replay = "replays at once";
        cells.add(new Cell(replay, "the same replay twice at once, from two instances", 0, true, scene -> {
            scene.awaitHeld(KillCells.terminated(scene, 6));
            IntStream.range(0, 2)
                    .parallel()
                    .forEach(i -> scene.world
                            .instance(i)
                            .process()
                            .operator()
                            .task(
                                    "compensation-replay",
                                    "action",
                                    "refund",
                                    "dryRun",
                                    "false",
                                    "rate",
                                    "100",
                                    "actor",
                                    "ann",
                                    "reason",
                                    "twice"));
            scene.healed();
            scene.pass(500);
        }));
        cells.add(new Cell(
                "one key, many requests", "100 requests with one key at two instances at once", 0, true, scene -> {
                    scene.pass(300);
                    Sent sent = scene.load.send("pm_card_ok");
                    for (int i = 0; i < 100; i++) {
                        scene.load.post(sent, i % 2);
                    }
                    Poll.until("it was answered", LIMIT, sent::accepted);
                    scene.pass(1_500);
                    scene.healed();
                }));
        cells.add(new Cell(
                "rows that cannot be read",
                "three unreadable rows among healthy ones",
                0,
                true,
                CommandCells::unreadable));
        cells.add(new Cell("an operator's commands among faults", "operators during a kill", 0.3, true, scene -> {
            scene.awaitHeld(KillCells.terminated(scene, 4));
            scene.replayHeld();
            scene.during(300, scene.faults.killed(scene.random.nextInt(2)));
            scene.replayHeld();
            scene.pass(500);
        }));
        cells.add(new Cell(
                "termination while resolve_payment is open",
                "terminated while resolve_payment is open",
                0,
                true,
                CommandCells::terminatedWhileUnresolved));
    }

    /** While Temporal is away, accepted registrations are due; some of them cannot be decoded. */
    private static void unreadable(Scene scene) throws Exception {
        scene.pass(500);
        List<Fault> away =
                List.of(scene.faults.network(Network.REFUSED, 0, 1), scene.faults.network(Network.REFUSED, 1, 1));
        for (Fault fault : away) {
            scene.inject(fault);
        }
        Poll.until(
                "rows wait to be started",
                LIMIT,
                () -> scene.ids("status = 'ACCEPTED'").size() > 8);
        List<String> broken = scene.ids("status = 'ACCEPTED'").stream().limit(3).toList();
        String of = " WHERE id IN ('" + String.join("', '", broken) + "')";
        scene.world.database().execute("CREATE TABLE IF NOT EXISTS test_kept (id uuid, request bytea)");
        scene.world.database().execute("INSERT INTO test_kept SELECT id, request FROM registrations" + of);
        scene.world.database().execute("UPDATE registrations SET request = '\\x00'" + of);
        broken.forEach(id -> scene.strike(id, () -> {}));
        for (Fault fault : away) {
            scene.heal(fault);
        }
        scene.healed();
        scene.later("the unreadable ones are repaired", () -> repair(scene, broken));
    }

    /** Rows that cannot be started are tried again after a minute: whoever repairs them makes them due. */
    private static void repair(Scene scene, List<String> broken) {
        scene.awaitEnded(LIMIT, broken);
        scene.world
                .database()
                .execute("UPDATE registrations r SET request = k.request, attend_at = now()"
                        + " FROM test_kept k WHERE k.id = r.id");
        scene.world.database().execute("DROP TABLE test_kept");
    }
}
