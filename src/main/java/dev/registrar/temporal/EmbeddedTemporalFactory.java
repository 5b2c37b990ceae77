package dev.registrar.temporal;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
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
 * @param restartAfter workflows, about 8 KB each, after which the server is replaced, as soon as none is running; at twice this number
 *     even if some are: they begin again as after a restart of the process; default 20,000
 */
@JsonTypeName("embedded")
public record EmbeddedTemporalFactory(
        @NotBlank String namespace,
        @NotBlank String taskQueue,
        @Nullable String identity,
        @Valid WorkerConfiguration worker,
        @Min(100) @Nullable Integer restartAfter)
        implements TemporalFactory {

    /** 160 MB. */
    static final int RESTART_AFTER = 20_000;

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
        EmbeddedServer server = new EmbeddedServer(restartAfter == null ? RESTART_AFTER : restartAfter);
        TemporalEndpoint endpoint = new TemporalEndpoint(
                "embedded server",
                WorkflowServiceStubsOptions.newBuilder().setChannel(server).setRpcTimeout(RPC_LIMIT),
                false,
                server);
        return new TemporalConnection(this, endpoint, registry, codecs);
    }
}
