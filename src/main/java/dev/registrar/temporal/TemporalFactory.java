package dev.registrar.temporal;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.dropwizard.jackson.Discoverable;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.payload.codec.PayloadCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration section of Temporal: {@code type: embedded} runs a server inside this process, {@code type: cluster}
 * uses one outside. Both have these options in common.
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

    /** How this instance names itself to the server; absent: process id and host name. */
    @Nullable
    String identity();

    WorkerConfiguration worker();

    /**
     * Reads the files that the section names; contacts nobody.
     *
     * @throws IllegalStateException {@code option: reason}
     */
    void checkFiles();

    /**
     * Makes the connection's objects and, where embedded, the server. Contacts nobody yet: that is
     * {@link TemporalConnection#start()}. The caller stops the connection, also one that never started.
     *
     * @param registry where the connection's and its workers' metrics go
     * @param codecs what every payload goes through, failures included; none: payloads are stored as they are
     */
    TemporalConnection open(MeterRegistry registry, List<PayloadCodec> codecs);
}
