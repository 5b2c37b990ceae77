package dev.registrar.faults;

import dev.registrar.faults.Invariants.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table with one line per case, appended to from run to run, so that a long run can be continued. */
final class FaultReport {

    private static final String HEADING = """
            # Faults

            One line per run, of one case or of several under one load: registrations by outcome, kills of processes, and
            how long after the end of a fault the registrations that were open then had ended.

            | case | seed | registrations | charges | refunds | kills | outcomes | recovery p99 | violations |
            |---|---|---|---|---|---|---|---|---|
            """;

    private static final String TOGETHER = " + ";

    /** Of a folder. */
    private static final int LONGEST_NAME = 120;

    private final Path file;

    /** The result of one case. */
    record Result(
            String name,
            long seed,
            Map<String, Long> outcomes,
            Map<String, Long> effects,
            int kills,
            List<Duration> recoveries,
            List<String> story,
            List<Violation> violations) {

        long registrations() {
            return outcomes.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    FaultReport(Path file) {
        this.file = file;
    }

    /** The cases that earlier runs have passed, as name and seed. */
    Set<String> passed() {
        if (!Files.exists(file)) {
            return Set.of();
        }
        try (var lines = Files.lines(file)) {
            return lines.map(line -> line.split("\\|", -1))
                    .filter(cells -> cells.length == 11 && cells[9].strip().equals("0"))
                    .flatMap(cells -> keys(cells[1].strip(), cells[2].strip()))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the evidence of a run's violations is kept: beside the report. */
    Path evidence(String name, long seed) {
        String text = (name + " " + seed).replaceAll("[^A-Za-z0-9]+", "-");
        return file.resolveSibling(text.substring(0, Math.min(text.length(), LONGEST_NAME)));
    }

    static String key(String name, Object seed) {
        return name + " #" + seed;
    }

    /** The name of a run of several cases. */
    static String together(Stream<String> keys) {
        return keys.collect(Collectors.joining(TOGETHER));
    }

    private static Stream<String> keys(String run, String seed) {
        return run.contains(" #") ? Stream.of(run.split(Pattern.quote(TOGETHER))) : Stream.of(key(run, seed));
    }

    void add(Result result) {
        StringBuilder text = new StringBuilder(Files.exists(file) ? "" : HEADING);
        text.append("| %s | %d | %d | %d | %d | %d | %s | %s | %d |%n"
                .formatted(
                        result.name(),
                        result.seed(),
                        result.registrations(),
                        result.effects().getOrDefault("payment.charge", 0L),
                        result.effects().getOrDefault("payment.refund", 0L),
                        result.kills(),
                        result.outcomes().toString().replaceAll("[{}]", ""),
                        result.recoveries().isEmpty()
                                ? "–"
                                : percentile(result.recoveries(), 0.99).toMillis() + " ms",
                        result.violations().size()));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes how many cases are left into the file {@code left} beside the report, for scripts. */
    void left(int cases) {
        try {
            Files.writeString(file.resolveSibling("left"), Integer.toString(cases));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The sums over all lines, for one line of output. */
    String totals() {
        long[] sums = new long[5];
        try (var lines = Files.lines(file)) {
            lines.map(line -> line.split("\\|", -1))
                    .filter(cells -> cells.length == 11 && cells[2].strip().matches("\\d+"))
                    .forEach(cells -> {
                        sums[0] += keys(cells[1], cells[2]).count();
                        for (int i = 1; i < sums.length; i++) {
                            sums[i] += Long.parseLong(cells[i == 4 ? 9 : i == 3 ? 6 : i + 2].strip());
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "%d cases, %d registrations, %d charges, %d kills, %d violations"
                .formatted(sums[0], sums[1], sums[2], sums[3], sums[4]);
    }

    static Duration percentile(List<Duration> durations, double share) {
        List<Duration> sorted = durations.stream().sorted().toList();
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }
}
