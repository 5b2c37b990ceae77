package dev.registrar.bench;

import java.util.List;

/** All rounds of one cell, by contestant. */
record MeasuredRounds(List<Measurement> measurements) {

    static MeasuredRounds of(Cell cell, List<Measurement> all) {
        return new MeasuredRounds(
                all.stream().filter(found -> found.cell().equals(cell)).toList());
    }

    List<Measurement> of(String contestant) {
        return measurements.stream()
                .filter(found -> found.contestant().equals(contestant))
                .toList();
    }

    /** In the order in which they were measured first. */
    List<String> contestants() {
        return measurements.stream().map(Measurement::contestant).distinct().toList();
    }

    int rounds(String contestant) {
        return of(contestant).size();
    }

    /** The median over the rounds. */
    double median(String contestant, String value) {
        return Medians.of(of(contestant), measurement -> measurement.value(value));
    }

    /** The median of each round's ratio of the first to the second. */
    double ratio(String first, String second, String value) {
        return Medians.ofRatios(of(first), of(second), measurement -> measurement.value(value));
    }
}
