package dev.registrar.bench;

import static dev.registrar.bench.MarkdownTable.number;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** A sweep by the thousand; a long one also by the ten thousand, whose rows can be compared in spite of the machine's moods. */
final class SweepTable {

    private static final int TEN = 10;

    private final List<Measurement> thousands;

    /** @param thousands in order */
    SweepTable(List<Measurement> thousands) {
        this.thousands = List.copyOf(thousands);
    }

    String byTheThousand() {
        return table("thousand", thousands).toString();
    }

    /** Only full ten thousands; empty for a short sweep. */
    String byTheTenThousand() {
        int tens = thousands.size() / TEN;
        if (tens < 2) {
            return "";
        }
        MarkdownTable table = head("ten thousand");
        for (int ten = 1; ten <= tens; ten++) {
            row(table, ten, together(thousands.subList((ten - 1) * TEN, ten * TEN)));
        }
        return table.toString();
    }

    private static MarkdownTable table(String unit, List<Measurement> rows) {
        MarkdownTable table = head(unit);
        rows.forEach(row -> row(table, row.round(), row));
        return table;
    }

    /** The rate of all of them, the medians of what is a percentile, the means of CPU time, and the last state of the memory. */
    static Measurement together(List<Measurement> part) {
        Measurement last = part.get(part.size() - 1);
        Map<String, Double> values = new HashMap<>(last.values());
        values.put(
                Measurement.PER_SECOND,
                part.size() / sum(part, thousand -> 1 / thousand.value(Measurement.PER_SECOND)));
        for (String percentile : List.of(Measurement.P50, Measurement.P99)) {
            values.put(percentile, Medians.of(part, thousand -> thousand.value(percentile)));
        }
        for (String process : BenchmarkReport.SYSTEM) {
            String cpu = Measurement.CPU + process;
            values.put(cpu, sum(part, thousand -> thousand.value(cpu)) / part.size());
        }
        int count = part.stream().mapToInt(Measurement::count).sum();
        return new Measurement(last.cell(), last.contestant(), last.round(), count, values);
    }

    private static double sum(List<Measurement> part, ToDoubleFunction<Measurement> value) {
        return part.stream().mapToDouble(value).sum();
    }

    private static MarkdownTable head(String unit) {
        return new MarkdownTable(
                unit,
                "registrations/s",
                "p50 ms",
                "p99 ms",
                "CPU ms, all without the load",
                "Registrar's heap after a full collection, MiB",
                "resident MiB: Registrar",
                "Temporal",
                "PostgreSQL",
                "sandbox");
    }

    private static void row(MarkdownTable table, int number, Measurement of) {
        table.row(
                Integer.toString(number),
                number(of.value(Measurement.PER_SECOND), 1),
                number(of.value(Measurement.P50), 0),
                number(of.value(Measurement.P99), 0),
                number(
                        BenchmarkReport.SYSTEM.stream()
                                .mapToDouble(process -> of.value(Measurement.CPU + process))
                                .sum(),
                        1),
                number(of.value(Measurement.HEAP), 1),
                number(of.value(Measurement.RESIDENT + "contestant"), 0),
                number(of.value(Measurement.RESIDENT + "temporal"), 0),
                number(of.value(Measurement.RESIDENT + "postgresql"), 0),
                number(of.value(Measurement.RESIDENT + "sandbox"), 0));
    }
}
