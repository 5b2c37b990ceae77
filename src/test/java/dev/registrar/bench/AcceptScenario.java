package dev.registrar.bench;

import dev.registrar.flow.FreePorts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a client waits for the response to POST at half of the maximum throughput, compared with an endpoint that
 * only inserts: a second Registrar with its own database and an unreachable Temporal, so that it accepts and starts
 * nothing. Both get the same open loop, in turns.
 */
final class AcceptScenario implements Scenario {

    static final String INSERT_ONLY = "insert-only";

    private static final int SATURATING_CALLERS = 40;
    private static final int SATURATING_RUNS = 800;

    /** To warm up the instance that only inserts. */
    private static final int INSERTS = 3_000;

    private static final Duration ROUND = Duration.ofSeconds(20);

    private final BenchmarkOptions options;
    private final Cell cell;

    AcceptScenario(BenchmarkOptions options) {
        this.options = options;
        this.cell = new Cell(BenchmarkOptions.ACCEPT, options.server(), 0, 0);
    }

    @Override
    public List<Cell> cells() {
        return List.of(cell);
    }

    @Override
    public int rounds() {
        return options.rounds();
    }

    @Override
    public void run(TestBed bed, ResultFile results, Block block) throws Exception {
        results.forget(cell);
        RegistrarInstance registrar = bed.registrar();
        RoundMeter meter = new RoundMeter(bed, block);
        results.replace(options.warmUpCell(), meter.warmUp(options.warmUp(), options.warmUpCell()));
        block.doing("saturation");
        double saturation = registrar
                .run(SATURATING_RUNS, SATURATING_CALLERS, meter.nextPrefix())
                .perSecond();
        double offered = saturation / 2;
        block.say("saturation %.1f/s, offered %.1f/s".formatted(saturation, offered));
        RegistrarInstance insertOnly = bed.startRegistrar(INSERT_ONLY, "insert_only", new FreePorts().next());
        block.doing("warm-up of " + INSERT_ONLY);
        insertOnly.accept(INSERTS, saturation, meter.nextPrefix());
        int count = (int) Math.round(offered * ROUND.toSeconds());
        for (int round = 1; round <= options.rounds(); round++) {
            if (!block.hasTimeFor(ROUND.multipliedBy(2))) {
                block.say("No time for round " + round + ".");
                return;
            }
            Measurement both = meter.measure(
                    cell, round, registrar, registrar.name(), prefix -> registrar.accept(count, offered, prefix));
            registrar.awaitAllCompleted();
            Measurement insert = meter.measure(
                    cell, round, insertOnly, INSERT_ONLY, prefix -> insertOnly.accept(count, offered, prefix));
            results.add(List.of(offered(both, offered), offered(insert, offered)));
        }
    }

    private static Measurement offered(Measurement measured, double perSecond) {
        Map<String, Double> values = new LinkedHashMap<>(measured.values());
        values.put(Measurement.OFFERED, perSecond);
        return new Measurement(measured.cell(), measured.contestant(), measured.round(), measured.count(), values);
    }
}
