package dev.registrar.temporal;

import io.temporal.serviceclient.WorkflowServiceStubsOptions;

/**
 * What differs between an embedded server and one outside.
 *
 * @param target how the log and the health check name it
 * @param options where and how to connect
 * @param workerHeartbeats whether workers report on themselves; the embedded server does not know that call
 * @param server what to close after the connection
 */
record TemporalEndpoint(
        String target, WorkflowServiceStubsOptions.Builder options, boolean workerHeartbeats, Runnable server) {}
