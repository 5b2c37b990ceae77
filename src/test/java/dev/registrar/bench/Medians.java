package dev.registrar.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Medians of several rounds: a round disturbed by a busy machine does not move them. */
final class Medians {

    private Medians() {}

    /** The middle value; the mean of the two middle values if their number is even; NaN without values. */
    static double of(List<Double> values) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    static double of(List<Measurement> measurements, ToDoubleFunction<Measurement> value) {
        return of(measurements.stream().map(value::applyAsDouble).toList());
    }

    /**
     * The median of the ratios within each round: both measurements of a round ran one after the other under similar
     * conditions. Rounds that only one of them has are left out.
     */
    static double ofRatios(
            List<Measurement> numerators, List<Measurement> denominators, ToDoubleFunction<Measurement> value) {
        return of(numerators.stream()
                .flatMap(numerator -> denominators.stream()
                        .filter(denominator -> denominator.round() == numerator.round())
                        .map(denominator -> value.applyAsDouble(numerator) / value.applyAsDouble(denominator)))
                .toList());
    }
}
