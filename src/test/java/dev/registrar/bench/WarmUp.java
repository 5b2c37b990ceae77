package dev.registrar.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * Warms a contestant up, in windows of about twenty seconds: until three windows in a row are no faster than those before
 * them and its own CPU time is no smaller in proportion to that of the servers, or after {@value #MOST} registrations. The rate alone
 * also rests when the machine slows down while the compiler is still at work; the proportion does not depend on the machine's speed.
 * The windows are measured: their first rate is that of a cold process.
 */
final class WarmUp {

    /** Registrations of one contestant. */
    static final int MOST = 10_000;

    /** Not measured: they load classes and fill pools, and one of them may have to wait for the dispatcher. */
    private static final int FIRST = 100;

    private static final int FIRST_WINDOW = 200;
    private static final int LARGEST_WINDOW = 2_000;
    private static final double WINDOW_SECONDS = 20;
    private static final int LEVEL_WINDOWS = 3;

    /** A smaller gain is within the noise. */
    private static final double GAIN = 1.03;

    private final RoundMeter meter;
    private final Cell cell;

    /** @param cell under which the windows are recorded */
    WarmUp(RoundMeter meter, Cell cell) {
        this.meter = meter;
        this.cell = cell;
    }

    /** Returns the windows, whose number is their round. */
    List<Measurement> run(Contestant contestant) throws Exception {
        contestant.warmUp(FIRST, cell.concurrency(), meter.nextPrefix());
        List<Measurement> windows = new ArrayList<>();
        int made = FIRST;
        int size = FIRST_WINDOW;
        while (made + size <= MOST && !isLevel(windows)) {
            Measurement window = meter.measure(cell, windows.size() + 1, contestant, size);
            windows.add(window);
            made += size;
            double next = window.value(Measurement.PER_SECOND) * WINDOW_SECONDS;
            size = (int) Math.min(LARGEST_WINDOW, Math.max(FIRST, Math.round(next)));
        }
        return windows;
    }

    private static boolean isLevel(List<Measurement> windows) {
        return hasLevel(values(windows, window -> window.value(Measurement.PER_SECOND)))
                && hasLevel(values(windows, WarmUp::serversToOwn));
    }

    /** CPU times are absent outside Linux. */
    private static double serversToOwn(Measurement window) {
        double proportion = (window.value(Measurement.CPU + "temporal") + window.value(Measurement.CPU + "postgresql"))
                / window.value(Measurement.CPU + "contestant");
        return Double.isFinite(proportion) ? proportion : 1;
    }

    private static List<Double> values(List<Measurement> windows, Function<Measurement, Double> value) {
        return windows.stream().map(value).toList();
    }

    /** Whether the last three rates are no better than the best before them. */
    static boolean hasLevel(List<Double> rates) {
        int before = rates.size() - LEVEL_WINDOWS;
        return before > 0
                && Collections.max(rates.subList(before, rates.size()))
                        <= GAIN * Collections.max(rates.subList(0, before));
    }
}
