package dev.registrar.faults;

import dev.registrar.faults.Cell.Script;
import dev.registrar.faults.Faults.Network;
import dev.registrar.faults.ProviderGate.Point;
import dev.registrar.flow.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** All named cases, each of which belongs to a row of the table in docs/reliability.md. */
final class FaultMatrix {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final double SOME_CANCELLED = 0.2;

    private FaultMatrix() {}

    /** The cases by what they are about, in the order in which they run. */
    private static Map<String, List<Cell>> groups() {
        Map<String, List<Cell>> groups = new LinkedHashMap<>();
        groups.put(
                "the service and its servers", joined(Stream.of(KillCells.all(), instances(), servers(), network())));
        groups.put("commands and providers", joined(Stream.of(CommandCells.all(), ProviderCells.all())));
        return groups;
    }

    private static List<Cell> joined(Stream<List<Cell>> cells) {
        return cells.flatMap(List::stream).toList();
    }

    /** Every case, in the order in which they run. */
    static List<Cell> all() {
        return joined(groups().values().stream());
    }

    /**
     * One quick case, drawn from the seed, per row that has one, by what they are about: those of a group share one load.
     */
    static Map<String, List<Cell>> shortOnes(long seed) {
        Random random = new Random(seed);
        Map<String, List<Cell>> drawn = new LinkedHashMap<>();
        groups().forEach((name, cells) -> drawn.put(
                name,
                cells.stream()
                        .map(Cell::row)
                        .distinct()
                        .map(row -> cells.stream()
                                .filter(cell -> cell.row().equals(row) && cell.quick())
                                .toList())
                        .filter(quick -> !quick.isEmpty())
                        .map(quick -> quick.get(random.nextInt(quick.size())))
                        .toList()));
        return drawn;
    }

    private static List<Cell> servers() {
        List<Cell> cells = new ArrayList<>();
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
            unwritable(scene, scene.faults.postgresReadOnly());
        }));
        cells.add(new Cell("disk full under PostgreSQL", "disk full for 4 s", SOME_CANCELLED, true, scene -> {
            if (!scene.world.hasSmallDisk()) {
                System.out.println("NOT TESTED: disk full. The file system needs root and mount.");
                scene.pass(1_000);
                return;
            }
            unwritable(scene, scene.faults.diskFull());
        }));
        return cells;
    }

    private static void unwritable(Scene scene, Fault fault) throws Exception {
        scene.pass(1_000);
        int before = scene.load.refused();
        scene.during(
                () -> {
                    scene.pass(4_000);
                    // A full disk may have room left in pages that the tables have already.
                    Poll.until("503 while nothing can be written", LIMIT, () -> scene.load.refused() > before);
                },
                fault);
        scene.pass(1_000);
    }

    private static void temporalKilled(Scene scene, int millis) throws Exception {
        scene.pass(1_500);
        scene.during(millis, scene.faults.temporalKilled());
        List<Duration> took = scene.accepted().stream()
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
            AtomicInteger kills = new AtomicInteger();
            Fault slow = scene.faults.slowEmail();
            slow.inject();
            scene.world.gate().arm(point, 2, call -> call.operation().equals(operation) && scene.isMine(call), call -> {
                scene.world.killPostgres();
                kills.incrementAndGet();
                Poll.pass(Duration.ofMillis(300));
                return true;
            });
            Poll.until("PostgreSQL was killed twice", LIMIT, () -> kills.get() == 2);
            scene.faults.awaitPostgres();
            slow.heal();
            scene.healed();
            scene.pass(1_000);
        };
    }

    private static List<Cell> instances() {
        List<Cell> cells = new ArrayList<>();
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
        // In the short profile the case of the clocks sends SIGTERM to the second instance.
        cells.add(terminated("SIGTERM of one", true, List.of(FaultWorld.FIRST)));
        cells.add(terminated("SIGTERM of one after the other", false, List.of(FaultWorld.FIRST, FaultWorld.SECOND)));
        return cells;
    }

    private static Cell terminated(String name, boolean quick, List<Integer> instances) {
        return new Cell("SIGTERM under load", name, SOME_CANCELLED, quick, scene -> {
            for (int instance : instances) {
                scene.pass(700);
                scene.during(0, scene.faults.terminated(instance));
            }
        });
    }

    private static void stopped(Scene scene, int millis) throws Exception {
        scene.pass(1_000);
        scene.during(millis, scene.faults.stopped(scene.random.nextInt(2)));
        scene.pass(1_000);
    }

    private static List<Cell> network() {
        List<Cell> cells = new ArrayList<>();
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
        return cells;
    }
}
