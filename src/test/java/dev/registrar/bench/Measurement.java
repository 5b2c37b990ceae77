package dev.registrar.bench;

import java.util.Map;

/**
 * One line of the results: what one contestant did in one round.
 *
 * @param contestant whose
 * @param round from 1 on; of a sweep the thousand
 * @param count registrations, all of which ended as they should
 * @param values by the names below; what could not be measured is absent
 */
record Measurement(Cell cell, String contestant, int round, int count, Map<String, Double> values) {

    /** Registrations per second, from the first request to the last answer. */
    static final String PER_SECOND = "perSecond";

    static final String P50 = "p50Millis";
    static final String P99 = "p99Millis";

    /** Before the name of a process: milliseconds of CPU time per registration. */
    static final String CPU = "cpuMillis.";

    /** Before the name of a process: resident memory in MiB. */
    static final String RESIDENT = "residentMiB.";

    /** MiB of Registrar's heap in use after a full collection. */
    static final String HEAP = "heapMiB";

    /** Requests per second that were offered. */
    static final String OFFERED = "offeredPerSecond";

    double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }
}
