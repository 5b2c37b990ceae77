package dev.registrar.temporal;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.dropwizard.jackson.Discoverable;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.payload.codec.PayloadCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration section of Temporal: {@code type: embedded} runs a server inside this process, {@code type: cluster}
 * uses an external one. Both have these options in common.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface TemporalFactory extends Discoverable permits EmbeddedTemporalFactory, ClusterTemporalFactory {

    /** The task queue when none is configured. */
    String DEFAULT_TASK_QUEUE = "registrations";

    /** The namespace when none is configured: the one every new server has. */
    String DEFAULT_NAMESPACE = "default";

    String namespace();

    /** The queue on which workflows are started and which the worker polls. */
    String taskQueue();

    /** This instance's identity at the server; absent: process id and host name. */
    @Nullable
    String identity();

    WorkerConfiguration worker();

    /**
     * Reads the files that the section names; makes no calls.
     *
     * @throws IllegalStateException {@code option: reason}
     */
    void checkFiles();

    /**
     * Creates the connection's objects and, if embedded, the server. Makes no calls yet: that is {@link
     * TemporalConnection#start()}. The caller must stop the connection, even if it never started.
     *
     * @param registry receives the metrics of the connection and its workers
     * @param codecs applied to every payload, including failures; none: payloads are stored as they are
     */
    TemporalConnection open(MeterRegistry registry, List<PayloadCodec> codecs);
}
