package dev.registrar.temporal;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.payload.codec.PayloadCodec;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Temporal server outside this process. It need not be there when the service starts.
 *
 * @param target host and port of the frontend, default {@code 127.0.0.1:7233}
 * @param namespace default {@code default}; it must exist
 * @param taskQueue default {@code registrations}
 * @param identity default: process id and host name
 * @param worker the worker's limits
 */
@JsonTypeName("cluster")
public record ClusterTemporalFactory(
        @NotBlank String target,
        @NotBlank String namespace,
        @NotBlank String taskQueue,
        @Nullable String identity,
        @Valid WorkerConfiguration worker)
        implements TemporalFactory {

    public ClusterTemporalFactory {
        target = target == null ? "127.0.0.1:7233" : target;
        namespace = namespace == null ? DEFAULT_NAMESPACE : namespace;
        taskQueue = taskQueue == null ? DEFAULT_TASK_QUEUE : taskQueue;
        worker = worker == null ? WorkerConfiguration.defaults() : worker;
    }

    @Override
    public TemporalConnection open(MeterRegistry registry, List<PayloadCodec> codecs) {
        TemporalEndpoint endpoint = new TemporalEndpoint(target, options -> options.setTarget(target), true, () -> {});
        return new TemporalConnection(this, endpoint, registry, codecs);
    }
}
