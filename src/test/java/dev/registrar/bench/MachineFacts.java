package dev.registrar.bench;

import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The machine and versions of a measurement, without which its figures mean nothing. */
final class MachineFacts {

    private MachineFacts() {}

    /** By name, in display order. */
    static Map<String, String> of(TestBed bed, BenchmarkOptions options, Clock clock) throws IOException, SQLException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", LocalDate.now(clock).toString());
        facts.put("CPU", first("/proc/cpuinfo", "model name"));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("memory", first("/proc/meminfo", "MemTotal"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("JDK", System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"));
        facts.put("heap of each Java process", options.heap());
        facts.put(
                "more options of the virtual machine",
                options.jvm().isEmpty() ? "none" : String.join(" ", options.jvm()));
        facts.put(
                "Temporal server",
                options.server() + ", " + temporalVersion(bed.temporal().port()));
        facts.put("PostgreSQL", postgresVersion(bed) + ", fsync and synchronous_commit on");
        return facts;
    }

    private static String first(String file, String name) throws IOException {
        Path path = Path.of(file);
        if (!Files.exists(path)) {
            return "unknown";
        }
        try (Stream<String> lines = Files.lines(path)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        }
    }

    private static String temporalVersion(int port) {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + port)
                .build());
        try {
            return stubs.blockingStub()
                    .getSystemInfo(GetSystemInfoRequest.getDefaultInstance())
                    .getServerVersion();
        } finally {
            stubs.shutdownNow();
        }
    }

    private static String postgresVersion(TestBed bed) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        bed.postgres().url("postgres"),
                        bed.postgres().user(),
                        bed.postgres().password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_version")) {
            row.next();
            return row.getString(1);
        }
    }
}
