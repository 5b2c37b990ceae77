package dev.registrar.temporal;

import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.function.Consumer;

/**
 * What differs between an embedded server and one outside.
 *
 * @param target how the log and the health check name it
 * @param address sets where the stubs connect to
 * @param workerHeartbeats whether workers report on themselves; the embedded server does not know that call
 * @param server what to close after the connection
 */
record TemporalEndpoint(
        String target,
        Consumer<WorkflowServiceStubsOptions.Builder> address,
        boolean workerHeartbeats,
        Runnable server) {}
