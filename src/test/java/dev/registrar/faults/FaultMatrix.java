package dev.registrar.faults;

import dev.registrar.faults.Cell.Script;
import dev.registrar.faults.FaultLoad.Sent;
import dev.registrar.faults.Faults.Network;
import dev.registrar.faults.ProviderGate.Call;
import dev.registrar.faults.ProviderGate.Point;
import dev.registrar.flow.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/** All named cases, each of which belongs to a row of the table in docs/reliability.md. */
final class FaultMatrix {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final double SOME_CANCELLED = 0.2;
    private static final String SLOW_EMAIL = "\"kind\": \"latency\", \"millis\": 700";
    private static final List<String> PROVIDERS = List.of("profile", "payment", "email", "sms");
    private static final List<String> STEPS = List.of("profile.create", "payment.charge", "email.send", "sms.send");

    private FaultMatrix() {}

    /** Every case, in the order in which they run. */
    static List<Cell> all() {
        List<Cell> cells = new ArrayList<>(KillCells.all());
        addServers(cells);
        addProviders(cells);
        addOutside(cells);
        addOperators(cells);
        addInstances(cells);
        addNetwork(cells);
        return List.copyOf(cells);
    }

    /** One quick case per row, drawn from the seed. */
    static List<Cell> shortOnes(long seed) {
        Random random = new Random(seed);
        return all().stream()
                .map(Cell::row)
                .distinct()
                .map(row -> all().stream()
                        .filter(cell -> cell.row().equals(row) && cell.quick())
                        .toList())
                .filter(quick -> !quick.isEmpty())
                .map(quick -> quick.get(random.nextInt(quick.size())))
                .toList();
    }

    private static void addServers(List<Cell> cells) {
        String temporal = "kill -9 of Temporal";
        cells.add(new Cell(
                temporal, "Temporal killed for 30 s", SOME_CANCELLED, false, scene -> temporalKilled(scene, 30_000)));
        cells.add(new Cell(
                temporal, "Temporal killed for 3 s", SOME_CANCELLED, true, scene -> temporalKilled(scene, 3_000)));
        String postgres = "kill -9 of PostgreSQL";
        cells.add(new Cell(postgres, "PostgreSQL killed at the acceptance", SOME_CANCELLED, true, scene -> {
            for (int i = 0; i < 3; i++) {
                scene.pass(600);
                scene.during(0, scene.faults.postgresKilled());
            }
        }));
        cells.add(new Cell(
                postgres,
                "PostgreSQL killed at the outcome",
                0,
                true,
                postgresKilledAt("sms.send", Point.AFTER_ANSWER)));
        cells.add(new Cell(
                postgres,
                "PostgreSQL killed at the undo row",
                0.4,
                true,
                postgresKilledAt("payment.refund", Point.BEFORE_SEND)));
        cells.add(new Cell("PostgreSQL read-only", "PostgreSQL read-only for 4 s", SOME_CANCELLED, true, scene -> {
            scene.pass(1_000);
            scene.during(4_000, scene.faults.postgresReadOnly());
            scene.pass(1_000);
        }));
        cells.add(new Cell("disk full under PostgreSQL", "disk full for 4 s", SOME_CANCELLED, true, scene -> {
            if (!scene.world.hasSmallDisk()) {
                System.out.println("NOT TESTED: disk full. The file system needs root and mount.");
                scene.pass(1_000);
                return;
            }
            scene.pass(1_000);
            scene.during(4_000, scene.faults.diskFull());
            scene.pass(1_000);
        }));
    }

    private static void temporalKilled(Scene scene, int millis) throws Exception {
        scene.pass(1_500);
        scene.during(millis, scene.faults.temporalKilled());
        List<Duration> took = scene.load.accepted().stream()
                .map(sent -> sent.answerTook)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        Duration p99 = FaultReport.percentile(took, 0.99);
        scene.expect(p99.toMillis() <= 2_000 * Poll.stretch(), "202 within 2 s while Temporal is away", "p99 " + p99);
        scene.pass(1_000);
    }

    private static Script postgresKilledAt(String operation, Point point) {
        return scene -> {
            scene.world.providerFault("slow", "{\"service\": \"email\", " + SLOW_EMAIL + "}");
            scene.world.gate().arm(point, 2, call -> call.operation().equals(operation) && scene.isMine(call), call -> {
                scene.world.killPostgres();
                scene.strikes.incrementAndGet();
                Poll.pass(Duration.ofMillis(300));
                return true;
            });
            Poll.until("PostgreSQL was killed twice", LIMIT, () -> scene.strikes.get() == 2);
            scene.faults.awaitPostgres();
            scene.world.noProviderFault("slow");
            scene.healed();
            scene.pass(1_000);
        };
    }

    private static void addProviders(List<Cell> cells) {
        for (String provider : PROVIDERS) {
            String row = "a provider's faults";
            for (String fault : Faults.PROVIDER_FAULTS) {
                cells.add(provider(row, provider, fault, 0.5, 3_000));
            }
            cells.add(new Cell(row, provider + " killed with all providers", SOME_CANCELLED, false, scene -> {
                scene.pass(500);
                scene.during(3_000, scene.faults.sandboxKilled());
                scene.pass(500);
            }));
        }
        cells.add(provider("wrong amount", "payment", "\"kind\": \"wrong_amount\"", 0.3, 2_000));
        cells.add(refused("profile", 401));
        cells.add(refused("payment", 403));
        String stale = "one stale answer";
        cells.add(provider(
                stale, "payment", "\"operation\": \"find\", \"kind\": \"stale\", \"millis\": 2000", 0.7, 4_000));
        cells.add(provider(
                stale, "profile", "\"operation\": \"get\", \"kind\": \"stale\", \"millis\": 2000", 0.7, 4_000));
        String twice = "two payments for one registration";
        cells.add(reconciled(twice, "double", 0.3));
        cells.add(reconciled("402 although the money moved", "decline_after", 0.3));
        cells.add(provider("weak ETags", "profile", "\"kind\": \"weak_etag\"", 1, 4_000));
        cells.add(
                new Cell(
                        "late effects",
                        "charges 3 s late",
                        SOME_CANCELLED,
                        false,
                        scene -> scene.during(
                                3_000,
                                scene.faults.provider(
                                        "payment",
                                        "\"operation\": \"charge\", \"kind\": \"late\", \"millis\": 3000, \"probability\": 0.3"))));
        cells.add(
                new Cell(
                        "late effects",
                        "profiles 3 s late",
                        SOME_CANCELLED,
                        false,
                        scene -> scene.during(
                                3_000,
                                scene.faults.provider(
                                        "profile",
                                        "\"operation\": \"create\", \"kind\": \"late\", \"millis\": 3000, \"probability\": 0.3"))));
    }

    private static Cell provider(String row, String service, String fault, double share, int millis) {
        String drawn = fault + (share < 1 ? ", \"probability\": " + share : "");
        return new Cell(row, service + " " + fault.replace("\"", ""), SOME_CANCELLED, true, scene -> {
            scene.pass(500);
            Fault slow = scene.faults.provider("email", SLOW_EMAIL);
            if (service.equals("email")) {
                scene.during(millis, scene.faults.provider(service, drawn));
            } else {
                scene.during(millis, slow, scene.faults.provider(service, drawn));
            }
            scene.pass(500);
        });
    }

    /** Our credentials are refused: all wait, and nobody fails because of it. */
    private static Cell refused(String service, int status) {
        return new Cell(
                "401 and 403 from a provider", service + " refuses with " + status + " for 6 s", 0, true, scene -> {
                    scene.pass(500);
                    scene.during(6_000, scene.faults.provider(service, "\"kind\": \"status\", \"status\": " + status));
                    scene.load.stop();
                    scene.load.awaitAccepted();
                    Poll.until(
                            "none is open",
                            LIMIT.multipliedBy(2),
                            () -> scene.ids("finished_at IS NULL").isEmpty());
                    List<String> failed = scene.load.accepted().stream()
                            .filter(sent -> !sent.declined)
                            .map(Sent::id)
                            .filter(scene.ids("status <> 'COMPLETED'")::contains)
                            .toList();
                    scene.expect(failed.isEmpty(), "nobody fails because of it", failed.toString());
                });
    }

    /** What only a comparison with the gateway finds. */
    private static Cell reconciled(String row, String kind, double share) {
        return new Cell(row, "charge " + kind + ", then reconcile", SOME_CANCELLED, true, scene -> {
            scene.pass(500);
            scene.during(
                    2_000,
                    scene.faults.provider(
                            "payment",
                            "\"operation\": \"charge\", \"kind\": \"" + kind + "\", \"probability\": " + share));
            scene.load.stop();
            scene.load.awaitAccepted();
            Poll.until(
                    "none is open",
                    LIMIT.multipliedBy(2),
                    () -> scene.ids("finished_at IS NULL AND status <> 'NEEDS_ATTENTION'")
                            .isEmpty());
            // Those that ended in the last 5 s are left out.
            scene.pass(6_000);
            scene.world
                    .instance(0)
                    .process()
                    .operator()
                    .task("reconcile", "dryRun", "false", "wait", "30 s", "actor", "ann", "reason", "a fault");
            scene.healed();
        });
    }

    private static void addOutside(List<Cell> cells) {
        cells.add(new Cell(
                "termination while resolve_payment is open",
                "terminated while resolve_payment is open",
                0,
                false,
                FaultMatrix::terminatedWhileUnresolved));
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
        scene.withoutShareOfCompleted();
        scene.during(
                9_000,
                scene.faults.provider("payment", "\"operation\": \"find\", \"kind\": \"status\", \"status\": 500"),
                scene.faults.provider("payment", "\"operation\": \"void\", \"kind\": \"reset_before\""),
                scene.faults.provider("payment", "\"operation\": \"charge\", \"kind\": \"reset_after\""));
        scene.load.stop();
        scene.load.awaitAccepted();
        String unresolved = "EXISTS (SELECT 1 FROM compensations c WHERE c.registration_id = registrations.id"
                + " AND c.action = 'resolve_payment' AND c.closed_at IS NULL)";
        scene.world.gate().arm(Point.BEFORE_SEND, 1, call -> call.operation().matches("payment.(find|void)"), call -> {
            for (String id : scene.ids(unresolved)) {
                scene.strike(id, () -> scene.world.temporal().terminate(id));
            }
            scene.strikes.incrementAndGet();
            return true;
        });
        Poll.until("a lookup was struck", LIMIT.multipliedBy(2), () -> scene.strikes.get() == 1);
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
            ProviderGate.Strike strike = call -> {
                Sent sent = scene.registrationOf(call);
                if (sent != null && sent.accepted()) {
                    sent.struck = true;
                    deed.act(scene, sent);
                }
                scene.strikes.incrementAndGet();
                return true;
            };
            scene.pass(500);
            for (Point point : List.of(Point.BEFORE_SEND, Point.AFTER_EFFECT)) {
                scene.world.gate().arm(point, 3, call -> isKnown(scene, call, operation), strike);
            }
            Poll.until("six calls were struck", LIMIT, () -> scene.strikes.get() >= 6);
            scene.healed();
            scene.pass(1_000);
            if (name.startsWith("terminated")) {
                scene.load.stop();
                scene.load.awaitAccepted();
                Poll.until(
                        "the rest has ended",
                        LIMIT,
                        () -> scene.ids("finished_at IS NULL AND NOT held").isEmpty());
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
            int count = KillCells.terminated(scene, 6).size();
            scene.awaitHeld(count);
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
                FaultMatrix::unreadable));
        cells.add(new Cell("an operator's commands among faults", "operators during a kill", 0.3, true, scene -> {
            KillCells.terminated(scene, 4);
            scene.awaitHeld(4);
            scene.replayHeld();
            scene.during(300, scene.faults.killed(scene.random.nextInt(2)));
            scene.replayHeld();
            scene.pass(500);
        }));
    }

    /** While Temporal is away, accepted registrations are due; some of them cannot be decoded. */
    private static void unreadable(Scene scene) throws Exception {
        scene.pass(500);
        List<Fault> away =
                List.of(scene.faults.network(Network.REFUSED, 0, 1), scene.faults.network(Network.REFUSED, 1, 1));
        for (Fault fault : away) {
            scene.inject(fault);
        }
        scene.pass(1_500);
        List<String> broken = scene.ids("status = 'ACCEPTED'").stream().limit(3).toList();
        scene.expect(broken.size() == 3, "rows wait to be started", broken.toString());
        String of = " WHERE id IN ('" + String.join("', '", broken) + "')";
        scene.world.database().execute("CREATE TABLE IF NOT EXISTS test_kept (id uuid, request bytea)");
        scene.world.database().execute("INSERT INTO test_kept SELECT id, request FROM registrations" + of);
        scene.world.database().execute("UPDATE registrations SET request = '\\x00'" + of);
        for (Fault fault : away) {
            scene.heal(fault);
        }
        scene.load.stop();
        scene.load.awaitAccepted();
        Poll.until(
                "the healthy ones have ended",
                LIMIT,
                () -> scene.ids("finished_at IS NULL").size() <= broken.size());
        scene.world
                .database()
                .execute("UPDATE registrations r SET request = k.request FROM test_kept k WHERE k.id = r.id");
        scene.world.database().execute("DROP TABLE test_kept");
        scene.healed();
    }

    private static void addInstances(List<Cell> cells) {
        String stopped = "SIGSTOP and SIGCONT";
        cells.add(new Cell(
                stopped, "an instance stopped for 90 s", SOME_CANCELLED, false, scene -> stopped(scene, 90_000)));
        cells.add(
                new Cell(stopped, "an instance stopped for 5 s", SOME_CANCELLED, true, scene -> stopped(scene, 5_000)));
        cells.add(new Cell(
                stopped,
                "Temporal stopped for 5 s",
                SOME_CANCELLED,
                false,
                scene -> scene.during(5_000, scene.faults.temporalStopped())));
        cells.add(new Cell(
                stopped,
                "PostgreSQL stopped for 5 s",
                SOME_CANCELLED,
                false,
                scene -> scene.during(5_000, scene.faults.postgresStopped())));
        cells.add(new Cell(
                stopped,
                "the providers stopped for 5 s",
                SOME_CANCELLED,
                false,
                scene -> scene.during(5_000, scene.faults.sandboxStopped())));
        for (String offset : List.of("+5m", "-5m")) {
            cells.add(new Cell("clocks apart", "one clock off by " + offset, SOME_CANCELLED, true, scene -> {
                if (!Faults.canFakeTime()) {
                    System.out.println("NOT TESTED: clocks apart. It needs libfaketime (apt-get install faketime).");
                    scene.pass(1_000);
                    return;
                }
                scene.pass(500);
                scene.during(4_000, scene.faults.clockOff(FaultWorld.SECOND, offset));
                scene.pass(500);
            }));
        }
        cells.add(new Cell("SIGTERM under load", "SIGTERM of one after the other", SOME_CANCELLED, true, scene -> {
            for (int instance : List.of(FaultWorld.FIRST, FaultWorld.SECOND)) {
                scene.pass(700);
                scene.during(0, scene.faults.terminated(instance));
            }
        }));
    }

    private static void stopped(Scene scene, int millis) throws Exception {
        scene.pass(1_000);
        scene.during(millis, scene.faults.stopped(scene.random.nextInt(2)));
        scene.pass(1_000);
    }

    private static void addNetwork(List<Cell> cells) {
        List<String> lines = List.of("PostgreSQL", "Temporal", "the providers");
        for (Network kind : Network.values()) {
            for (int line = 0; line < lines.size(); line++) {
                int broken = line;
                cells.add(new Cell(
                        "the network", kind + " on the line to " + lines.get(line), SOME_CANCELLED, true, scene -> {
                            scene.pass(500);
                            scene.during(3_000, scene.faults.network(kind, scene.random.nextInt(2), broken));
                            scene.pass(500);
                        }));
            }
        }
    }
}
