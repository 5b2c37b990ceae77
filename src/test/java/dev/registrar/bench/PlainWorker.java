package dev.registrar.bench;

import dev.registrar.temporal.WorkerConfiguration;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.util.function.Consumer;

/** A client and a worker of the plain SDK, with as many pollers, slots and threads as Registrar has by default. */
final class PlainWorker {

    /** Registrar's value: stalls of a busy machine are not deadlocks. */
    private static final long DEADLOCK_MILLIS = 5_000;

    private PlainWorker() {}

    /** Starts polling the task queue and returns the client. */
    static WorkflowClient start(String target, String taskQueue, Consumer<Worker> register) {
        WorkflowClient client = WorkflowClient.newInstance(WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(target).build()));
        WorkerConfiguration limits = WorkerConfiguration.defaults();
        WorkerFactory factory = WorkerFactory.newInstance(
                client,
                WorkerFactoryOptions.newBuilder()
                        .setWorkflowCacheSize(limits.workflowCacheSize())
                        .setMaxWorkflowThreadCount(limits.maxWorkflowThreads())
                        .build());
        register.accept(factory.newWorker(
                taskQueue,
                WorkerOptions.newBuilder()
                        .setMaxConcurrentWorkflowTaskExecutionSize(limits.maxConcurrentWorkflowTasks())
                        .setMaxConcurrentActivityExecutionSize(limits.maxConcurrentActivities())
                        .setMaxConcurrentLocalActivityExecutionSize(limits.maxConcurrentLocalActivities())
                        .setMaxConcurrentWorkflowTaskPollers(limits.workflowTaskPollers())
                        .setMaxConcurrentActivityTaskPollers(limits.activityTaskPollers())
                        .setDefaultDeadlockDetectionTimeout(DEADLOCK_MILLIS)
                        .build()));
        factory.start();
        return client;
    }
}
