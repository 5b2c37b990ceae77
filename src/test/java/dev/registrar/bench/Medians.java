package dev.registrar.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The middle of several rounds: one that a busy machine disturbed does not move it. */
final class Medians {

    private Medians() {}

    /** The middle value, of an even number of values the mean of the two in the middle; not a number where there are none. */
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
     * The median of the rounds' own ratios: the two of a round ran one after the other, on a machine in the same mood. A
     * round that only one of the two has is left out.
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
