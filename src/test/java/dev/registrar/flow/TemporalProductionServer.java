package dev.registrar.flow;

import com.google.protobuf.util.Durations;
import dev.registrar.database.DurablePostgres;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.RegisterNamespaceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Temporal's production server on a real, durable PostgreSQL, as in a user's cluster, in two processes. The PostgreSQL
 * starts with this object, survives the server's death and can hold other databases.
 */
public final class TemporalProductionServer extends TemporalServer {

    private static final String STORE = "temporal";
    private static final String VISIBILITY = "temporal_visibility";
    private static final List<String> SERVICES = List.of("frontend", "matching", "history", "worker");

    /** Each of the four services has a connection pool per store. */
    private static final int POOL = 20;

    private static final int CONNECTIONS = 400;
    private static final Duration SCHEMA_LIMIT = Duration.ofSeconds(60);

    private final DurablePostgres postgres;

    /**
     * Starts PostgreSQL and creates Temporal's tables, about 6 s; does not start the server.
     *
     * @param directory for its files and its output
     */
    public TemporalProductionServer(Path directory) {
        super(directory);
        postgres = DurablePostgres.start(directory.resolve("temporal-postgres"), CONNECTIONS);
        try {
            makeTables(STORE, "temporal");
            makeTables(VISIBILITY, "visibility");
            writeConfiguration();
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    /** For other databases. */
    public DurablePostgres postgres() {
        return postgres;
    }

    private void makeTables(String database, String schema) {
        postgres.createDatabase(database);
        schemaTool(database, "setup-schema", "-v", "0.0");
        schemaTool(database, "update-schema", "--schema-name", "postgresql/v12/" + schema);
    }

    private void schemaTool(String database, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                RequiredTool.TEMPORAL_SQL_TOOL.file().toString(),
                "--plugin",
                "postgres12",
                "--ep",
                "127.0.0.1",
                "-p",
                Integer.toString(postgres.port()),
                "-u",
                postgres.user(),
                "--db",
                database));
        command.addAll(List.of(arguments));
        try (Program tool = Program.start(
                directory(), "temporal-sql", Map.of("SQL_PASSWORD", postgres.password()), command, List.of())) {
            int code = tool.awaitEnd(SCHEMA_LIMIT);
            if (code != 0) {
                throw new AssertionError("Temporal's schema tool ended with " + code + ":\n" + tool.output());
            }
        }
    }

    private void writeConfiguration() {
        StringBuilder services = new StringBuilder("services:\n");
        FreePorts ports = new FreePorts();
        for (String service : SERVICES) {
            services.append("""
                      %s:
                        rpc:
                          grpcPort: %d
                          membershipPort: %d
                          bindOnLocalHost: true
                    """.formatted(service, service.equals("frontend") ? port() : ports.next(), ports.next()));
        }
        try {
            Path file = Files.createDirectories(directory().resolve("config")).resolve("development.yaml");
            Files.writeString(file, """
                    log:
                      stdout: true
                      level: error
                    persistence:
                      defaultStore: store
                      visibilityStore: visibility
                      numHistoryShards: 4
                      datastores:
                        store:
                    %s    visibility:
                    %s%sglobal:
                      membership:
                        maxJoinDuration: 30s
                        broadcastAddress: 127.0.0.1
                    clusterMetadata:
                      enableGlobalNamespace: false
                      failoverVersionIncrement: 10
                      masterClusterName: active
                      currentClusterName: active
                      clusterInformation:
                        active:
                          enabled: true
                          initialFailoverVersion: 1
                          rpcName: frontend
                          rpcAddress: 127.0.0.1:%d
                    dcRedirectionPolicy:
                      policy: noop
                    """.formatted(datastore(STORE), datastore(VISIBILITY), services, port()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String datastore(String database) {
        return """
                sql:
                  pluginName: postgres12
                  databaseName: %s
                  connectAddr: 127.0.0.1:%d
                  connectProtocol: tcp
                  user: %s
                  password: "%s"
                  maxConns: %d
                  maxIdleConns: %d
                  maxConnLifetime: 1h
                """.formatted(database, postgres.port(), postgres.user(), postgres.password(), POOL, POOL)
                .indent(6);
    }

    @Override
    Program launch() {
        return Program.start(
                directory(),
                "temporal",
                ENVIRONMENT,
                List.of(RequiredTool.TEMPORAL_SERVER.file().toString()),
                List.of("--root", directory().toString(), "--env", "development", "--allow-no-auth", "start"));
    }

    @Override
    boolean hasNamespace() {
        try {
            stubs().blockingStub()
                    .withDeadlineAfter(2, TimeUnit.SECONDS)
                    .registerNamespace(RegisterNamespaceRequest.newBuilder()
                            .setNamespace(NAMESPACE)
                            .setWorkflowExecutionRetentionPeriod(Durations.fromHours(24))
                            .build());
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.ALREADY_EXISTS) {
                return true;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            postgres.close();
        }
    }
}
