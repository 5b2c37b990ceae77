package dev.registrar.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Registrar alone, thousand after thousand in one process on one server: whether the cost of a registration stays
 * constant and whether memory grows. Cannot be resumed: an interrupted sweep starts over.
 */
final class SweepScenario implements Scenario {

    private static final int CALLERS = 40;
    private static final int RUNS = 1_000;
    private static final int FIRST = 100;

    /** Pools, caches and compiled code still grow in the first thousand. */
    private static final int FIRST_COUNTED = 2;

    /** A full collection takes time of its own. */
    private static final int HEAP_EVERY = 10;

    private final BenchmarkOptions options;
    private final Cell cell;

    SweepScenario(BenchmarkOptions options) {
        this.options = options;
        this.cell = new Cell(BenchmarkOptions.SWEEP, options.server(), CALLERS, 0);
    }

    @Override
    public List<Cell> cells() {
        return List.of(cell);
    }

    @Override
    public int rounds() {
        return options.thousands();
    }

    @Override
    public void run(TestBed bed, ResultFile results, Block block) throws Exception {
        results.forget(cell);
        RoundMeter meter = new RoundMeter(bed, block);
        // The first registrations may have to wait for the dispatcher.
        bed.registrar().warmUp(FIRST, CALLERS, meter.nextPrefix());
        bed.recordWhereWanted();
        for (int thousand = 1; thousand <= options.thousands(); thousand++) {
            Measurement measured = meter.measure(cell, thousand, bed.registrar(), RUNS);
            Map<String, Double> values = new LinkedHashMap<>(measured.values());
            bed.processes(bed.registrar())
                    .forEach((name, tree) -> values.put(Measurement.RESIDENT + name, tree.residentMiB()));
            if (thousand == FIRST_COUNTED || thousand % HEAP_EVERY == 0 || thousand == options.thousands()) {
                block.doing("full collection");
                values.put(Measurement.HEAP, new RunningJvm(bed.registrar().pid()).heapAfterFullCollectionMiB());
            }
            results.add(List.of(new Measurement(cell, measured.contestant(), thousand, RUNS, values)));
        }
    }
}
