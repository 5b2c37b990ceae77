package dev.registrar.bench;

import dev.registrar.crypto.TestKeys;
import dev.registrar.database.DurablePostgres;
import java.nio.file.Path;

/**
 * The environment of a contestant.
 *
 * @param directory its working directory
 * @param database an empty database of that PostgreSQL
 * @param temporalPort on the loopback interface, in use or not
 */
record Surroundings(Path directory, DurablePostgres postgres, String database, int temporalPort, int sandboxPort) {

    private String temporalTarget() {
        return "127.0.0.1:" + temporalPort;
    }

    /** The settings of any contestant but Registrar. */
    ContestantSettings settings(int controlPort) {
        return new ContestantSettings(
                controlPort,
                temporalTarget(),
                "http://127.0.0.1:" + sandboxPort,
                postgres.url(database),
                postgres.user(),
                postgres.password());
    }

    /**
     * Registrar's shipped configuration with the external services used here; password and key come from the
     * environment. Each contestant has its own task queue: two on one Temporal server must not run each other's
     * workflows.
     *
     * @param encrypted whether personal data is encrypted, as it is in production
     */
    String configuration(String shipped, boolean encrypted) {
        String outside = replace(
                shipped,
                "  type: embedded\n  dataDirectory: data/postgres\n",
                "  type: postgresql\n  url: " + postgres.url(database) + "\n  user: " + postgres.user()
                        + "\n  password: ${BENCH_DATABASE_PASSWORD}\n");
        outside = replace(
                outside,
                "temporal:\n  type: embedded\n",
                "temporal:\n  type: cluster\n  target: " + temporalTarget() + "\n  taskQueue: " + database + "\n");
        // A filled database has more unfinished registrations than are allowed.
        outside = replace(outside, "\nregistration:\n", "\nregistration:\n  maxBacklog: 0\n");
        return replace(outside, "sandbox:\n  enabled: true\n", "sandbox:\n  enabled: false\n")
                + (encrypted ? TestKeys.SECTION : "\nencryption:\n  type: none\n");
    }

    private static String replace(String text, String part, String replacement) {
        if (!text.contains(part)) {
            throw new IllegalStateException("config.yml no longer has:\n" + part);
        }
        return text.replace(part, replacement);
    }
}
