package dev.registrar;

import com.uber.m3.tally.ScopeCloseException;
import dev.registrar.crypto.KeyProofs;
import dev.registrar.database.DatabaseRefusedException;
import dev.registrar.temporal.EmbeddedTemporalFactory;
import dev.registrar.temporal.TemporalConnection;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether that is there which the configuration names outside the service: the database, with this version's schema and data that
 * the keys open, Temporal with its namespace, and the providers' host names. Sends providers nothing. In an empty database it
 * creates the two tables by which the schema's version is known.
 */
final class ConnectionChecks {

    private ConnectionChecks() {}

    /** @throws ConfigurationRefusedException with one line for each that is not there */
    static void refuse(RegistrarConfiguration configuration, MeterRegistry registry) {
        List<String> lines = new ArrayList<>();
        attempt(
                lines,
                () -> configuration
                        .getDatabase()
                        .check()
                        .ifPresent(jdbi -> new KeyProofs(jdbi)
                                .prove(Encryption.of(configuration).cipher())));
        attempt(lines, () -> checkTemporal(configuration, registry));
        configuration.getServices().all().forEach((service, provider) -> {
            String host = provider.place().getHost();
            try {
                InetAddress.getByName(host);
            } catch (UnknownHostException e) {
                ConfigurationProblem problem = new ConfigurationProblem(
                        "services." + service, "the host name " + host + " cannot be resolved");
                lines.add(configuration.refusal(List.of(problem)).getMessage());
            }
        });
        if (!lines.isEmpty()) {
            throw new ConfigurationRefusedException(lines);
        }
    }

    /** Their messages are those with which the start would end. */
    private static void attempt(List<String> lines, Runnable check) {
        try {
            check.run();
        } catch (DatabaseRefusedException | IllegalStateException e) {
            lines.add(String.valueOf(e.getMessage()));
        }
    }

    private static void checkTemporal(RegistrarConfiguration configuration, MeterRegistry registry) {
        if (configuration.getTemporal() instanceof EmbeddedTemporalFactory) {
            return;
        }
        TemporalConnection connection = configuration.getTemporal().open(registry, List.of());
        try {
            connection.check();
        } finally {
            stop(connection);
        }
    }

    private static void stop(TemporalConnection connection) {
        try {
            connection.stop();
        } catch (ScopeCloseException e) {
            throw new IllegalStateException("The connection to Temporal did not close.", e);
        }
    }
}
