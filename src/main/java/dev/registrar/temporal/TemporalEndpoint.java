package dev.registrar.temporal;

import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import org.jspecify.annotations.Nullable;

/**
 * The differences between an embedded and an external server.
 *
 * @param target its name in the log and the health check
 * @param options where and how to connect
 * @param workerHeartbeats whether workers send heartbeats; the embedded server does not support that call
 * @param embedded the server, if it is in this process: to be shut down after the connection
 */
record TemporalEndpoint(
        String target,
        WorkflowServiceStubsOptions.Builder options,
        boolean workerHeartbeats,
        @Nullable EmbeddedServer embedded) {}
