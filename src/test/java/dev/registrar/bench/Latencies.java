package dev.registrar.bench;

import java.util.Arrays;
import java.util.List;

/**
 * The times of one run: each request and the total. Percentiles use the nearest rank, so that each is a measured time.
 */
final class Latencies {

    private static final double NANOS_PER_MILLI = 1_000_000;

    private final long[] sorted;
    private final long wallNanos;

    /**
     * @param nanos one per request, in any order, at least one
     * @param wallNanos from the first request to the last response
     */
    Latencies(long[] nanos, long wallNanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        this.sorted = nanos.clone();
        Arrays.sort(sorted);
        this.wallNanos = wallNanos;
    }

    int count() {
        return sorted.length;
    }

    /** @param percent more than 0, at most 100 */
    double percentileMillis(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(rank, 1) - 1] / NANOS_PER_MILLI;
    }

    double perSecond() {
        return sorted.length * 1e9 / wallNanos;
    }

    double wallSeconds() {
        return wallNanos / 1e9;
    }

    /** Sorted. */
    List<Long> nanos() {
        return Arrays.stream(sorted).boxed().toList();
    }
}
