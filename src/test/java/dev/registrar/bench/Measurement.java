package dev.registrar.bench;

import java.util.Map;

/**
 * One line of the results: one contestant in one round.
 *
 * @param contestant its name
 * @param round from 1 on; in a sweep the number of the thousand
 * @param count registrations, all of which succeeded
 * @param values by the names below; absent if they could not be measured
 */
record Measurement(Cell cell, String contestant, int round, int count, Map<String, Double> values) {

    /** Registrations per second, from the first request to the last response. */
    static final String PER_SECOND = "perSecond";

    static final String P50 = "p50Millis";
    static final String P99 = "p99Millis";

    /** Prefix of a process name: milliseconds of CPU time per registration. */
    static final String CPU = "cpuMillis.";

    /** Prefix of a process name: resident memory in MiB. */
    static final String RESIDENT = "residentMiB.";

    /** Used heap of Registrar after a full collection, in MiB. */
    static final String HEAP = "heapMiB";

    /** Requests offered per second. */
    static final String OFFERED = "offeredPerSecond";

    double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }
}
