package dev.registrar.faults;

import dev.registrar.crypto.TestKeys;
import dev.registrar.faults.FaultWorld.Instance;
import dev.registrar.faults.Invariants.Violation;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** I7: looks for personal data and secrets of the load in logs, metrics, error bodies and Temporal. */
final class LeakScan {

    private final FaultWorld world;
    private final Map<Path, Long> read = new HashMap<>();

    LeakScan(FaultWorld world) {
        this.world = world;
    }

    /** What is in new lines of the logs, in the metrics, and in these bodies. */
    List<Violation> in(List<String> errorBodies) {
        List<Violation> found = new ArrayList<>();
        for (Instance instance : world.instances()) {
            scan(
                    "log of instance " + instance.number(),
                    newLines(instance.process().directory().resolve("registrar.log")),
                    found);
            scan(
                    "metrics of instance " + instance.number(),
                    instance.process().admin().get("/prometheus").response().body(),
                    found);
        }
        errorBodies.forEach(body -> scan("error body", body, found));
        return found;
    }

    /** What is in descriptions and histories of all workflows; with many it takes long. */
    List<Violation> inTemporal() {
        List<Violation> found = new ArrayList<>();
        scan("Temporal", world.temporal().everything(), found);
        return found;
    }

    static void scan(String place, String content, List<Violation> found) {
        for (String canary : canaries()) {
            if (content.contains(canary)) {
                found.add(new Violation("I7", place, "has " + canary));
            }
        }
    }

    private static List<String> canaries() {
        List<String> all = new ArrayList<>(FaultLoad.CANARIES);
        all.add(TestKeys.FIRST);
        return all;
    }

    private String newLines(Path file) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long from = read.getOrDefault(file, 0L);
            byte[] bytes = new byte[(int) (log.length() - from)];
            log.seek(from);
            log.readFully(bytes);
            read.put(file, from + bytes.length);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
