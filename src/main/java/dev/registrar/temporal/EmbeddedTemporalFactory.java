package dev.registrar.temporal;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.InProcessTestServer;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Temporal server inside this process, in real time, with nothing to install. Its state is in memory only: a restart
 * forgets every workflow. Closed workflows are never evicted, about 8 KB each, so a process that runs millions of them
 * needs {@code type: cluster}. It has no listing, counting, reset, schedules or unregistered search attributes.
 *
 * @param namespace default {@code default}
 * @param taskQueue default {@code registrations}
 * @param identity default: process id and host name
 * @param worker the worker's limits
 */
@JsonTypeName("embedded")
public record EmbeddedTemporalFactory(
        @NotBlank String namespace,
        @NotBlank String taskQueue,
        @Nullable String identity,
        @Valid WorkerConfiguration worker)
        implements TemporalFactory {

    private static final Duration RPC_LIMIT = Duration.ofSeconds(10);

    public EmbeddedTemporalFactory {
        namespace = namespace == null ? DEFAULT_NAMESPACE : namespace;
        taskQueue = taskQueue == null ? DEFAULT_TASK_QUEUE : taskQueue;
        worker = worker == null ? WorkerConfiguration.defaults() : worker;
    }

    @Override
    public void checkFiles() {
        // There are none.
    }

    @Override
    public TemporalConnection open(MeterRegistry registry, List<PayloadCodec> codecs) {
        // "Lock time skipping": time passes normally.
        InProcessTestServer server = TestServer.createServer(true);
        TemporalEndpoint endpoint = new TemporalEndpoint(
                "embedded server",
                WorkflowServiceStubsOptions.newBuilder()
                        .setChannel(server.getChannel())
                        .setRpcTimeout(RPC_LIMIT),
                false,
                server::close);
        return new TemporalConnection(this, endpoint, registry, codecs);
    }
}
