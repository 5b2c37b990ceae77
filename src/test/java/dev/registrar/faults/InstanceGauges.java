package dev.registrar.faults;

import dev.registrar.faults.FaultWorld.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What an instance uses, from its metrics and from the system. */
final class InstanceGauges {

    private InstanceGauges() {}

    /**
     * @param residentMiB memory of the process
     * @param heapMiB used heap
     * @param threads of the JVM
     */
    record Used(long residentMiB, long heapMiB, long threads) {}

    static Used of(Instance instance) {
        List<String> metrics = instance.process()
                .admin()
                .get("/prometheus")
                .response()
                .body()
                .lines()
                .toList();
        return new Used(
                residentMiB(instance.process().pid()),
                sum(metrics, "jvm_memory_used_bytes{area=\"heap\"") / (1 << 20),
                sum(metrics, "jvm_threads_live_threads"));
    }

    private static long sum(List<String> metrics, String series) {
        return (long) metrics.stream()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static long residentMiB(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
