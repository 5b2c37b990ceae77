package dev.registrar.bench;

import java.util.Map;
import java.util.Objects;

/**
 * Settings of a contestant's process, passed in its environment because everyone could read a password on the command
 * line.
 *
 * @param controlPort of its {@link LoadControl}
 * @param temporalTarget host and port of the server
 */
record ContestantSettings(
        int controlPort,
        String temporalTarget,
        String sandboxUrl,
        String databaseUrl,
        String databaseUser,
        String databasePassword) {

    static ContestantSettings of(Map<String, String> environment) {
        return new ContestantSettings(
                Integer.parseInt(value(environment, "BENCH_CONTROL_PORT")),
                value(environment, "BENCH_TEMPORAL"),
                value(environment, "BENCH_SANDBOX"),
                value(environment, "BENCH_DATABASE"),
                value(environment, "BENCH_DATABASE_USER"),
                value(environment, "BENCH_DATABASE_PASSWORD"));
    }

    private static String value(Map<String, String> environment, String name) {
        return Objects.requireNonNull(environment.get(name), name);
    }

    Map<String, String> environment() {
        return Map.of(
                "BENCH_CONTROL_PORT", Integer.toString(controlPort),
                "BENCH_TEMPORAL", temporalTarget,
                "BENCH_SANDBOX", sandboxUrl,
                "BENCH_DATABASE", databaseUrl,
                "BENCH_DATABASE_USER", databaseUser,
                "BENCH_DATABASE_PASSWORD", databasePassword);
    }
}
