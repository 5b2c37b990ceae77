package dev.registrar.faults;

import dev.registrar.faults.FaultReport.Result;
import dev.registrar.faults.Invariants.Verdict;
import dev.registrar.faults.Invariants.Violation;
import dev.registrar.flow.SandboxProbe.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Runs cases in one world, alone or several under one load. One thread. */
final class FaultRun {

    private final FaultWorld world;
    private final FaultReport report;
    private final int perSecond;
    private final List<Result> results = new ArrayList<>();
    private final LeakScan leaks;
    private long ledgerEnd;
    private int number;

    /** @param perSecond registrations a second while cases run */
    FaultRun(FaultWorld world, FaultReport report, int perSecond) {
        this.world = world;
        this.report = report;
        this.perSecond = perSecond;
        this.leaks = new LeakScan(world);
    }

    /** @param seed of the case's random numbers */
    record Planned(Cell cell, long seed) {}

    /** Runs a case alone. */
    Result run(Cell cell, long seed) {
        return run(cell.name(), seed, List.of(new Planned(cell, seed)));
    }

    /**
     * Runs cases one after the other while the load goes on, checks what became of all their registrations, adds that to
     * the report and returns it.
     *
     * @param seed of the load
     */
    Result run(String name, long seed, List<Planned> cases) {
        number++;
        long begun = System.nanoTime();
        int killsBefore = world.kills();
        String prefix = "f" + number + "x" + Long.toString(System.nanoTime() % 46_656, 36) + "-";
        Chronicle chronicle = new Chronicle();
        Verdict verdict;
        try (FaultLoad load = new FaultLoad(world, prefix, new Random(seed + 1))) {
            load.start(perSecond);
            cases.forEach(planned ->
                    play(planned.cell(), new Scene(world, load, prefix, planned.seed(), chronicle), chronicle));
            load.stop();
            verdict = judge(name, load, new Scene(world, load, prefix, seed, chronicle), chronicle);
        }
        List<Violation> violations = new ArrayList<>(chronicle.violations());
        violations.addAll(verdict.violations());
        Result result = new Result(
                name,
                seed,
                verdict.outcomes(),
                verdict.effects(),
                world.kills() - killsBefore,
                verdict.recoveries(),
                chronicle.story(),
                violations);
        if (result.registrations() == 0 || result.effects().getOrDefault("payment.charge", 0L) == 0) {
            violations.add(new Violation("case", name, "nothing was registered or charged: it proves nothing"));
        }
        results.add(result);
        report.add(result);
        print(result, (System.nanoTime() - begun) / 1_000_000_000);
        if (!violations.isEmpty()) {
            new Evidence(world, report.evidence(name, seed)).save(result);
        }
        return result;
    }

    private void play(Cell cell, Scene scene, Chronicle chronicle) {
        scene.load.cancelling(cell.cancels());
        chronicle.tell("case: " + cell.name());
        attempt(cell.name(), () -> cell.script().run(scene), chronicle);
        world.gate().disarm().forEach(failed -> chronicle.wrong("case", cell.name(), failed));
        attempt("what comes after " + cell.name(), world::mend, chronicle);
        scene.load.only(null);
    }

    private static void attempt(String name, Fault.Action action, Chronicle chronicle) {
        try {
            action.run();
        } catch (Exception | AssertionError e) {
            chronicle.wrong("case", name, String.valueOf(e));
        }
    }

    /** No more registrations arrive: finishes the cases, and waits for what the invariants demand. */
    private Verdict judge(String name, FaultLoad load, Scene scene, Chronicle chronicle) {
        try {
            load.awaitAccepted();
        } catch (AssertionError e) {
            chronicle.wrong("I1", "all", String.valueOf(e.getMessage()));
        }
        chronicle.rest().forEach(rest -> attempt(rest.name(), rest.action(), chronicle));
        world.gate().disarm().forEach(failed -> chronicle.wrong("case", name, failed));
        scene.replayHeld();
        Verdict verdict = new Invariants(world, scene.prefix, load.all(), ledgerEnd, chronicle.outages())
                .await(chronicle.healedAt());
        chronicle.tell(load.refused() + " times 503");
        load.problems().forEach(problem -> chronicle.wrong("answers", "all", problem));
        leaks.in(load.errorBodies())
                .forEach(leak -> chronicle.wrong(leak.invariant(), leak.registration(), leak.what()));
        List<Entry> ledger = world.sandbox().ledgerAfter(ledgerEnd);
        ledgerEnd = ledger.isEmpty() ? ledgerEnd : ledger.get(ledger.size() - 1).seq();
        return verdict;
    }

    private static void print(Result result, long seconds) {
        System.out.printf(
                "%s #%d in %d s: %s, %d kills, effects %s, recovery %s, story %s%s%n",
                result.name(),
                result.seed(),
                seconds,
                result.outcomes(),
                result.kills(),
                result.effects(),
                result.recoveries().isEmpty() ? "-" : FaultReport.percentile(result.recoveries(), 0.99),
                result.story(),
                result.violations().isEmpty() ? "" : "\n  VIOLATIONS " + result.violations());
    }

    List<Result> results() {
        return results;
    }
}
