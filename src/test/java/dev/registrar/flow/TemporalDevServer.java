package dev.registrar.flow;

import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Temporal's development server with a file database: one process, ready in two seconds. */
public final class TemporalDevServer extends TemporalServer {

    /**
     * @param directory for its database file and its output
     */
    public TemporalDevServer(Path directory) {
        super(directory);
    }

    @Override
    Program launch() {
        return Program.start(
                directory(),
                "temporal",
                ENVIRONMENT,
                List.of(RequiredTool.TEMPORAL.file().toString()),
                List.of(
                        "server",
                        "start-dev",
                        "--headless",
                        "--log-level",
                        "error",
                        "--port",
                        Integer.toString(port()),
                        "--db-filename",
                        directory().resolve("temporal.db").toString()));
    }

    @Override
    boolean hasNamespace() {
        stubs().blockingStub()
                .withDeadlineAfter(2, TimeUnit.SECONDS)
                .describeNamespace(DescribeNamespaceRequest.newBuilder()
                        .setNamespace(NAMESPACE)
                        .build());
        return true;
    }
}
