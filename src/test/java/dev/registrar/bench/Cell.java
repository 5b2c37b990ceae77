package dev.registrar.bench;

/**
 * The conditions of a measurement.
 *
 * @param scenario its name on the command line
 * @param server {@code production} or {@code dev}
 * @param concurrency concurrent registrations; 0 for an open loop
 * @param latencyMillis added by every provider to each call
 */
record Cell(String scenario, String server, int concurrency, int latencyMillis) {

    @Override
    public String toString() {
        return scenario + ", " + server + " server, concurrency " + concurrency + ", providers " + latencyMillis
                + " ms";
    }
}
