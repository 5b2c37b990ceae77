package dev.registrar.faults;

import dev.registrar.faults.FaultReport.Result;
import dev.registrar.faults.Invariants.Verdict;
import dev.registrar.faults.Invariants.Violation;
import dev.registrar.flow.SandboxProbe.Entry;
import java.util.ArrayList;
import java.util.List;

/** Runs one case after the other in one world. One thread. */
final class FaultRun {

    private final FaultWorld world;
    private final FaultReport report;
    private final int perSecond;
    private final List<Result> results = new ArrayList<>();
    private final LeakScan leaks;
    private long ledgerEnd;
    private int number;

    /** @param perSecond registrations a second while a case runs */
    FaultRun(FaultWorld world, FaultReport report, int perSecond) {
        this.world = world;
        this.report = report;
        this.perSecond = perSecond;
        this.leaks = new LeakScan(world);
    }

    /** Runs a case, adds it to the report and returns what was wrong. */
    Result run(Cell cell, long seed) {
        number++;
        long begun = System.nanoTime();
        String prefix = "f" + number + "x" + Long.toString(System.nanoTime() % 46_656, 36) + "-";
        int killsBefore = world.kills();
        Scene scene = new Scene(world, prefix, seed, cell.cancels());
        List<Violation> violations = new ArrayList<>();
        Verdict verdict;
        try (scene.load) {
            scene.load.start(perSecond);
            try {
                cell.script().run(scene);
            } catch (Exception | AssertionError e) {
                violations.add(new Violation("case", cell.name(), String.valueOf(e)));
            }
            scene.load.stop();
            world.gate().disarm().forEach(failed -> violations.add(new Violation("case", cell.name(), failed)));
            world.mend();
            try {
                scene.load.awaitAccepted();
            } catch (AssertionError e) {
                violations.add(new Violation("I1", "all", String.valueOf(e.getMessage())));
            }
            scene.replayHeld();
            verdict = new Invariants(
                            world, prefix, scene.load.all(), ledgerEnd, scene.unhurtComplete(), scene.outages())
                    .await(scene.healedAt());
            scene.tell(scene.load.refused() + " times 503");
            scene.load.problems().forEach(problem -> violations.add(new Violation("answers", "all", problem)));
            violations.addAll(leaks.in(scene.load.errorBodies()));
        }
        violations.addAll(scene.violations());
        violations.addAll(verdict.violations());
        List<Entry> ledger = world.sandbox().ledgerAfter(ledgerEnd);
        ledgerEnd = ledger.isEmpty() ? ledgerEnd : ledger.get(ledger.size() - 1).seq();
        Result result = new Result(
                cell.name(),
                seed,
                verdict.outcomes(),
                verdict.effects(),
                world.kills() - killsBefore,
                verdict.recoveries(),
                scene.story(),
                violations);
        if (result.registrations() == 0 || result.effects().getOrDefault("payment.charge", 0L) == 0) {
            violations.add(new Violation("case", cell.name(), "nothing was registered or charged: it proves nothing"));
        }
        results.add(result);
        report.add(result);
        System.out.printf(
                "%s #%d in %d s: %s, %d kills, effects %s, recovery %s, story %s%s%n",
                cell.name(),
                seed,
                (System.nanoTime() - begun) / 1_000_000_000,
                result.outcomes(),
                result.kills(),
                result.effects(),
                result.recoveries().isEmpty() ? "-" : FaultReport.percentile(result.recoveries(), 0.99),
                scene.story(),
                violations.isEmpty() ? "" : "\n  VIOLATIONS " + violations);
        return result;
    }

    List<Result> results() {
        return results;
    }
}
