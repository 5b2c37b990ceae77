package dev.registrar.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Several contestants, one after the other, round by round: throughput, and with one caller the unloaded latency. */
final class ComparisonScenario implements Scenario {

    /** A lower bound for the specification's design, to estimate how long the first round of a cell takes. */
    private static final double SLOWEST_PER_SECOND = 8;

    private static final double SLOWEST_ONE_BY_ONE = 2.5;

    /** Registrations of each caller before a round, at least. */
    private static final int SETTLING = 2;

    /** How long a contestant runs unmeasured before its round: its processes were suspended, and Temporal catches up. */
    private static final double SETTLING_SECONDS = 5;

    private final BenchmarkOptions options;

    /** Registrations per second of each contestant when it ran last. */
    private final Map<String, Double> rates = new HashMap<>();

    ComparisonScenario(BenchmarkOptions options) {
        this.options = options;
    }

    /** Registrar compared with itself without encryption, with another build, with as many recorded steps that do nothing, or with the other designs. */
    @Override
    public List<String> contestants() {
        return switch (options.scenario()) {
            case BenchmarkOptions.ENCRYPTION -> List.of(RegistrarInstance.NAME, RegistrarInstance.CLEAR);
            case BenchmarkOptions.STEPS -> List.of(RegistrarInstance.NAME, ControlledContestant.STEPS);
            case BenchmarkOptions.BUILD -> List.of(RegistrarInstance.NAME, RegistrarInstance.OTHER);
            default -> List.of(ControlledContestant.SEQUENTIAL, RegistrarInstance.NAME, ControlledContestant.EMPTY);
        };
    }

    @Override
    public List<Cell> cells() {
        return options.cells();
    }

    @Override
    public int rounds() {
        return options.rounds();
    }

    @Override
    public void run(TestBed bed, ResultFile results, Block block) throws Exception {
        RoundMeter meter = new RoundMeter(bed, block);
        List<Measurement> windows = meter.warmUp(options.warmUp(), options.warmUpCell());
        results.replace(options.warmUpCell(), windows);
        windows.forEach(this::learn);
        for (Cell cell : cells()) {
            bed.latency(cell.latencyMillis());
            Duration needed = guess(cell);
            for (int round = nextRound(cell, results); round <= options.rounds(); round++) {
                if (!block.hasTimeFor(needed)) {
                    block.say("No time for " + cell + ", round " + round + ": --resume goes on there.");
                    return;
                }
                Duration begun = block.elapsed();
                results.add(round(cell, round, bed, meter, block));
                needed = block.elapsed().minus(begun);
            }
        }
    }

    private List<Measurement> round(Cell cell, int round, TestBed bed, RoundMeter meter, Block block) throws Exception {
        List<Measurement> measured = new ArrayList<>();
        for (Contestant contestant : bed.contestants()) {
            bed.turnOf(contestant);
            double rate = rates.getOrDefault(contestant.name(), 0.0);
            int count = options.runsAt(cell.concurrency(), rate);
            if (cell.concurrency() > 1) {
                block.doing("settling of " + contestant.name());
                int settling = (int) Math.max(SETTLING * cell.concurrency(), SETTLING_SECONDS * rate);
                contestant.run(settling, cell.concurrency(), meter.nextPrefix());
            }
            Measurement fresh = meter.measure(cell, round, contestant, count);
            learn(fresh);
            measured.add(fresh);
        }
        return measured;
    }

    private void learn(Measurement measured) {
        rates.put(measured.contestant(), measured.value(Measurement.PER_SECOND));
    }

    private Duration guess(Cell cell) {
        double perSecond = cell.concurrency() == 1 ? SLOWEST_ONE_BY_ONE : SLOWEST_PER_SECOND;
        // The sequential design takes nearly all the time of a round.
        return Duration.ofSeconds(Math.round(1.3 * options.runsAt(cell.concurrency(), 0) / perSecond));
    }

    private int nextRound(Cell cell, ResultFile results) {
        int round = 1;
        while (results.has(cell, round)) {
            round++;
        }
        return round;
    }
}
