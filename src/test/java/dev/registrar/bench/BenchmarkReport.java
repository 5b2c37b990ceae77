package dev.registrar.bench;

import static dev.registrar.bench.ControlledContestant.EMPTY;
import static dev.registrar.bench.ControlledContestant.SEQUENTIAL;
import static dev.registrar.bench.MarkdownTable.number;
import static dev.registrar.bench.RegistrarInstance.NAME;

import java.util.List;
import java.util.Map;

/** The results as a Markdown document, without interpretation. */
final class BenchmarkReport {

    /** The lower bound for a registration with providers of 50 ms: profile, payment, the slowest of the rest. */
    private static final int SEQUENTIAL_CALLS = 3;

    static final List<String> SYSTEM = List.of("temporal", "postgresql", "contestant", "sandbox");

    private final Map<String, String> facts;
    private final List<Measurement> measurements;

    BenchmarkReport(Map<String, String> facts, List<Measurement> measurements) {
        this.facts = facts;
        this.measurements = measurements;
    }

    String markdown() {
        StringBuilder document = new StringBuilder("# Benchmark\n\n");
        facts.forEach((name, value) ->
                document.append("- ").append(name).append(": ").append(value).append('\n'));
        for (Cell cell : cells(BenchmarkOptions.WARM_UP)) {
            document.append("\n## Cold and warm\n\n").append(warmUp(cell));
        }
        List<Cell> comparisons = cells(BenchmarkOptions.THROUGHPUT);
        if (!comparisons.isEmpty()) {
            document.append("\n## Throughput and latency\n\n").append(throughput(comparisons));
            document.append("\n## Ratios\n\n").append(ratios(comparisons));
            document.append("\n## CPU time per registration, ms\n\n").append(cpu(comparisons));
        }
        besides(document, BenchmarkOptions.ENCRYPTION, "What encryption costs", RegistrarInstance.CLEAR);
        besides(document, BenchmarkOptions.BUILD, "Beside another build", RegistrarInstance.OTHER);
        besides(document, BenchmarkOptions.STEPS, "Beside as many steps that do nothing", ControlledContestant.STEPS);
        for (Cell cell : cells(BenchmarkOptions.ACCEPT)) {
            document.append("\n## POST's own answer, ")
                    .append(cell.server())
                    .append(" server\n\n")
                    .append(accept(cell));
        }
        for (Cell cell : cells(BenchmarkOptions.SWEEP)) {
            document.append("\n## By the thousand, ").append(cell.server()).append(" server\n\n");
            SweepTable sweep =
                    new SweepTable(MeasuredRounds.of(cell, measurements).measurements());
            document.append(sweep.byTheTenThousand()).append('\n').append(sweep.byTheThousand());
        }
        for (Cell cell : cells(BenchmarkOptions.ROWS)) {
            document.append("\n## On few and on many rows\n\n")
                    .append(rows(cell, RowsScenario.CALL, "call, median ms"));
            document.append('\n').append(rows(cell, RowsScenario.DUTY, "periodic duty, ms a round"));
            document.append('\n').append(rows(cell, RowsScenario.SCRAPE_BYTES, "size"));
            document.append('\n').append(sizes(cell));
        }
        for (Cell cell : cells(BenchmarkOptions.INSTANCES)) {
            document.append("\n## One instance and two\n\n").append(instances(cell));
        }
        return document.toString();
    }

    /** A line for each process and resource. */
    private MarkdownTable instances(Cell cell) {
        MeasuredRounds rounds = MeasuredRounds.of(cell, measurements);
        MarkdownTable table = new MarkdownTable("median of the rounds", "one instance", "two");
        names(rounds, RegistrarPair.NAME, "")
                .forEach(value -> table.row(
                        value,
                        number(rounds.median(NAME, value), 1),
                        number(rounds.median(RegistrarPair.NAME, value), 1)));
        return table;
    }

    /** What begins with this, on few and on many rows. */
    private MarkdownTable rows(Cell cell, String prefix, String title) {
        MeasuredRounds rounds = MeasuredRounds.of(cell, measurements);
        MarkdownTable table = new MarkdownTable(title, "on 10,000 rows", "on many", "ratio");
        for (String value : names(rounds, RowsScenario.MANY, prefix)) {
            table.row(
                    value.equals(prefix) ? value : value.substring(prefix.length()),
                    number(rounds.median(RowsScenario.FEW, value), 2),
                    number(rounds.median(RowsScenario.MANY, value), 2),
                    number(rounds.ratio(RowsScenario.MANY, RowsScenario.FEW, value), 2));
        }
        return table;
    }

    private MarkdownTable sizes(Cell cell) {
        MeasuredRounds rounds = MeasuredRounds.of(cell, measurements);
        MarkdownTable table = new MarkdownTable("table on many rows, MiB", "heap", "indexes", "all");
        for (String total : names(rounds, RowsScenario.MANY, RowsScenario.TOTAL)) {
            String name = total.substring(RowsScenario.TOTAL.length());
            table.row(
                    name,
                    mebibytes(rounds, RowsScenario.HEAP + name),
                    mebibytes(rounds, RowsScenario.INDEXES + name),
                    mebibytes(rounds, total));
        }
        return table;
    }

    private static String mebibytes(MeasuredRounds rounds, String value) {
        return number(rounds.median(RowsScenario.MANY, value) / (1024 * 1024), 0);
    }

    private static List<String> names(MeasuredRounds rounds, String contestant, String prefix) {
        return rounds.of(contestant).stream()
                .flatMap(measured -> measured.values().keySet().stream())
                .filter(value -> value.startsWith(prefix))
                .distinct()
                .toList();
    }

    private List<Cell> cells(String scenario) {
        return measurements.stream()
                .map(Measurement::cell)
                .filter(cell -> cell.scenario().equals(scenario))
                .distinct()
                .toList();
    }

    private MarkdownTable warmUp(Cell cell) {
        MarkdownTable table = new MarkdownTable(
                "contestant", "registrations until level", "registrations/s in the first window", "in the last one");
        MeasuredRounds windows = MeasuredRounds.of(cell, measurements);
        for (String contestant : windows.contestants()) {
            List<Measurement> all = windows.of(contestant);
            table.row(
                    contestant,
                    Integer.toString(all.stream().mapToInt(Measurement::count).sum()),
                    number(all.get(0).value(Measurement.PER_SECOND), 1),
                    number(all.get(all.size() - 1).value(Measurement.PER_SECOND), 1));
        }
        return table;
    }

    private MarkdownTable throughput(List<Cell> cells) {
        MarkdownTable table = new MarkdownTable(
                "server", "providers", "concurrency", "contestant", "rounds", "registrations/s", "p50 ms", "p99 ms");
        for (Cell cell : cells) {
            MeasuredRounds rounds = MeasuredRounds.of(cell, measurements);
            for (String contestant : List.of(SEQUENTIAL, NAME, EMPTY)) {
                table.row(
                        cell.server(),
                        cell.latencyMillis() + " ms",
                        Integer.toString(cell.concurrency()),
                        contestant,
                        Integer.toString(rounds.rounds(contestant)),
                        number(rounds.median(contestant, Measurement.PER_SECOND), 1),
                        number(rounds.median(contestant, Measurement.P50), 0),
                        number(rounds.median(contestant, Measurement.P99), 0));
            }
        }
        return table;
    }

    private MarkdownTable ratios(List<Cell> cells) {
        MarkdownTable table = new MarkdownTable(
                "server",
                "providers",
                "concurrency",
                "throughput to sequential",
                "throughput to empty",
                "p50 to sequential",
                "p50 to the critical path");
        for (Cell cell : cells) {
            MeasuredRounds rounds = MeasuredRounds.of(cell, measurements);
            double criticalPath = SEQUENTIAL_CALLS * (double) cell.latencyMillis();
            boolean unloaded = cell.concurrency() == 1 && criticalPath > 0;
            table.row(
                    cell.server(),
                    cell.latencyMillis() + " ms",
                    Integer.toString(cell.concurrency()),
                    number(rounds.ratio(NAME, SEQUENTIAL, Measurement.PER_SECOND), 2),
                    number(rounds.ratio(NAME, EMPTY, Measurement.PER_SECOND), 2),
                    number(rounds.ratio(NAME, SEQUENTIAL, Measurement.P50), 2),
                    number(unloaded ? rounds.median(NAME, Measurement.P50) / criticalPath : Double.NaN, 2));
        }
        return table;
    }

    private MarkdownTable cpu(List<Cell> cells) {
        MarkdownTable table = new MarkdownTable(
                "server",
                "providers",
                "concurrency",
                "contestant",
                "Temporal",
                "PostgreSQL",
                "contestant's process",
                "sandbox",
                "all without the load",
                "load");
        for (Cell cell : cells) {
            MeasuredRounds rounds = MeasuredRounds.of(cell, measurements);
            for (String contestant : List.of(SEQUENTIAL, NAME, EMPTY)) {
                List<Double> used = SYSTEM.stream()
                        .map(process -> rounds.median(contestant, Measurement.CPU + process))
                        .toList();
                table.row(
                        cell.server(),
                        cell.latencyMillis() + " ms",
                        Integer.toString(cell.concurrency()),
                        contestant,
                        number(used.get(0), 1),
                        number(used.get(1), 1),
                        number(used.get(2), 1),
                        number(used.get(3), 1),
                        number(used.stream().mapToDouble(Double::doubleValue).sum(), 1),
                        number(rounds.median(contestant, Measurement.CPU + RoundMeter.LOAD), 1));
            }
        }
        return table;
    }

    private void besides(StringBuilder document, String scenario, String title, String other) {
        for (Cell cell : cells(scenario)) {
            document.append("\n## ")
                    .append(title)
                    .append(", ")
                    .append(cell.server())
                    .append(" server, concurrency ")
                    .append(cell.concurrency())
                    .append("\n\n")
                    .append(beside(cell, other));
        }
    }

    private MarkdownTable beside(Cell cell, String other) {
        MeasuredRounds rounds = MeasuredRounds.of(cell, measurements);
        MarkdownTable table = new MarkdownTable("", "rounds", "registrations/s", "p50 ms", "CPU ms of the process");
        for (String contestant : List.of(NAME, other)) {
            table.row(
                    contestant,
                    Integer.toString(rounds.rounds(contestant)),
                    number(rounds.median(contestant, Measurement.PER_SECOND), 1),
                    number(rounds.median(contestant, Measurement.P50), 0),
                    number(rounds.median(contestant, Measurement.CPU + "contestant"), 1));
        }
        return table.row(
                "ratio",
                "",
                number(rounds.ratio(NAME, other, Measurement.PER_SECOND), 2),
                number(rounds.ratio(NAME, other, Measurement.P50), 2),
                number(rounds.ratio(NAME, other, Measurement.CPU + "contestant"), 2));
    }

    private MarkdownTable accept(Cell cell) {
        MeasuredRounds rounds = MeasuredRounds.of(cell, measurements);
        MarkdownTable table = new MarkdownTable("", "rounds", "offered/s", "p50 ms", "p99 ms");
        for (String contestant : List.of(NAME, AcceptScenario.INSERT_ONLY)) {
            table.row(
                    contestant,
                    Integer.toString(rounds.rounds(contestant)),
                    number(rounds.median(contestant, Measurement.OFFERED), 1),
                    number(rounds.median(contestant, Measurement.P50), 1),
                    number(rounds.median(contestant, Measurement.P99), 1));
        }
        return table.row(
                "ratio",
                "",
                "",
                number(rounds.ratio(NAME, AcceptScenario.INSERT_ONLY, Measurement.P50), 2),
                number(rounds.ratio(NAME, AcceptScenario.INSERT_ONLY, Measurement.P99), 2));
    }
}
