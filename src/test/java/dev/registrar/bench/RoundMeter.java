package dev.registrar.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a contestant and records its times and the resources each process used. */
final class RoundMeter {

    /** This process: it makes Registrar's load and waits while the others make theirs. */
    static final String LOAD = "load";

    private final TestBed bed;
    private final Block block;
    private final String users = "u" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX) + "-";
    private int runs;

    RoundMeter(TestBed bed, Block block) {
        this.bed = bed;
        this.block = block;
    }

    interface Load {
        /** @param prefix of the user names, always different */
        Latencies run(String prefix) throws Exception;
    }

    /**
     * Warms all contestants up one after the other; they stay alive from then on.
     *
     * @param count registrations of each; 0 until it is warm
     * @return what was measured meanwhile
     */
    List<Measurement> warmUp(int count, Cell cell) throws Exception {
        List<Measurement> windows = new ArrayList<>();
        for (Contestant contestant : bed.contestants()) {
            block.doing("warm-up of " + contestant.name());
            bed.turnOf(contestant);
            if (count > 0) {
                contestant.warmUp(count, cell.concurrency(), nextPrefix());
            } else {
                windows.addAll(new WarmUp(this, cell).run(contestant));
            }
        }
        bed.recordWhereWanted();
        return windows;
    }

    Measurement measure(Cell cell, int round, Contestant contestant, int count) throws Exception {
        return measure(
                cell,
                round,
                contestant,
                contestant.name(),
                prefix -> contestant.run(count, cell.concurrency(), prefix));
    }

    /** @param name of the measurement, if it does not cover everything the contestant does */
    Measurement measure(Cell cell, int round, Contestant contestant, String name, Load load) throws Exception {
        block.doing(cell + ", round " + round + ", " + name);
        Map<String, ProcessTree> processes = bed.processes(contestant);
        Map<String, Double> before = cpu(processes);
        Latencies latencies = load.run(nextPrefix());
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(Measurement.PER_SECOND, latencies.perSecond());
        values.put(Measurement.P50, latencies.percentileMillis(50));
        values.put(Measurement.P99, latencies.percentileMillis(99));
        cpu(processes)
                .forEach((process, millis) -> values.put(
                        Measurement.CPU + process, (millis - before.getOrDefault(process, 0.0)) / latencies.count()));
        block.say("%s, round %d, %s: %.1f/s, p50 %.0f ms, p99 %.0f ms"
                .formatted(
                        cell,
                        round,
                        name,
                        latencies.perSecond(),
                        latencies.percentileMillis(50),
                        latencies.percentileMillis(99)));
        return new Measurement(cell, name, round, latencies.count(), values);
    }

    String nextPrefix() {
        runs++;
        return users + runs + "-";
    }

    private static Map<String, Double> cpu(Map<String, ProcessTree> processes) {
        Map<String, Double> millis = new HashMap<>();
        processes.forEach((name, tree) -> millis.put(name, tree.cpuMillis()));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            millis.put(LOAD, system.getProcessCpuTime() / 1e6);
        }
        return millis;
    }
}
