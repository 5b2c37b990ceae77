package dev.registrar.bench;

/**
 * The conditions of a measurement.
 *
 * @param scenario its name on the command line
 * @param server {@code production} or {@code dev}
 * @param concurrency registrations in work at a time; for an open loop 0
 * @param latencyMillis what every provider adds to each call
 */
record Cell(String scenario, String server, int concurrency, int latencyMillis) {

    @Override
    public String toString() {
        return scenario + ", " + server + " server, concurrency " + concurrency + ", providers " + latencyMillis
                + " ms";
    }
}
