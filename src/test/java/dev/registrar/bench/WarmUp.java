package dev.registrar.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Warms a contestant up, in windows of about ten seconds: until three windows in a row are no faster than those before
 * them, or after {@value #MOST} registrations. The windows are measured: their first rate is that of a cold process.
 */
final class WarmUp {

    /** Registrations of one contestant. */
    static final int MOST = 10_000;

    /** Not measured: they load classes and fill pools, and one of them may have to wait for the dispatcher. */
    private static final int FIRST = 100;

    private static final int FIRST_WINDOW = 200;
    private static final int LARGEST_WINDOW = 1_000;
    private static final double WINDOW_SECONDS = 10;
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
        while (made + size <= MOST && !isLevel(rates(windows))) {
            Measurement window = meter.measure(cell, windows.size() + 1, contestant, size);
            windows.add(window);
            made += size;
            double next = window.value(Measurement.PER_SECOND) * WINDOW_SECONDS;
            size = (int) Math.min(LARGEST_WINDOW, Math.max(FIRST, Math.round(next)));
        }
        return windows;
    }

    private static List<Double> rates(List<Measurement> windows) {
        return windows.stream()
                .map(window -> window.value(Measurement.PER_SECOND))
                .toList();
    }

    /** Whether the last three rates are no better than the best before them. */
    static boolean isLevel(List<Double> rates) {
        int before = rates.size() - LEVEL_WINDOWS;
        return before > 0
                && Collections.max(rates.subList(before, rates.size()))
                        <= GAIN * Collections.max(rates.subList(0, before));
    }
}
