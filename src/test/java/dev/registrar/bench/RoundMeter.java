package dev.registrar.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lets a contestant run and takes down what it took, and what each process used for it. */
final class RoundMeter {

    /** This process: it makes the load of Registrar, and waits while the others make theirs. */
    static final String LOAD = "load";

    private final TestBed bed;
    private final Block block;
    private final String users = "u" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX) + "-";
    private int runs;

    RoundMeter(TestBed bed, Block block) {
        this.bed = bed;
        this.block = block;
    }

    /** The load to measure. */
    interface Load {
        /** @param prefix of the users' names, never the same */
        Latencies run(String prefix) throws Exception;
    }

    /** Not measured: classes are loaded and compiled, pools and caches filled. */
    void warmUp(int count, int concurrency) throws Exception {
        for (Contestant contestant : bed.contestants()) {
            block.doing("warm-up of " + contestant.name());
            contestant.warmUp(count, concurrency, nextPrefix());
        }
        bed.recordWhereWanted();
    }

    Measurement measure(Cell cell, int round, Contestant contestant, int count) throws Exception {
        return measure(
                cell,
                round,
                contestant,
                contestant.name(),
                prefix -> contestant.run(count, cell.concurrency(), prefix));
    }

    /** @param name of what is measured, where it is not all that the contestant does */
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
