package dev.registrar.temporal;

import dev.registrar.temporal.WorkerConfiguration.WorkerDeployment;
import io.dropwizard.lifecycle.Managed;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.common.metadata.POJOActivityImplMetadata;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker of one task queue. Starts polling as soon as the server answers, which may be long after {@link #start()}
 * returned; stops by taking no more tasks and completing those in progress. Sends heartbeats for activities with a
 * heartbeat time-out. Thread-safe.
 */
public final class TemporalWorker implements Managed {

    private static final Logger LOGGER = LoggerFactory.getLogger(TemporalWorker.class);
    private static final Duration FIRST_START_LIMIT = Duration.ofSeconds(2);
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(20);
    private static final Duration INTERRUPTED_LIMIT = Duration.ofSeconds(3);

    /** The current state of the worker. */
    public enum State {
        /** Disabled by configuration: this instance only starts workflows. */
        DISABLED,
        /** Not polling yet: the server has not been reached. */
        CONNECTING,
        POLLING,
        /** Polling is suspended and no call begins any more; calls under way have not ended yet. */
        PAUSING,
        /** Polling is suspended, and no call is under way. */
        PAUSED,
        STOPPED
    }

    private final TemporalConnection connection;
    private final WorkerFactory factory;
    private final ScheduledThreadPoolExecutor heartbeats;
    private final PauseInterceptor pause;
    private final Thread starter = new Thread(this::startUntilDone, "temporal-worker-start");
    private final CountDownLatch polling = new CountDownLatch(1);
    private boolean started;
    private boolean paused;
    private boolean away;
    private boolean stopped;
    private long finishBy;

    private TemporalWorker(Builder builder) {
        this.connection = builder.connection;
        this.heartbeats = TemporalConnection.scheduler("temporal-heartbeat");
        this.pause = new PauseInterceptor(builder.callTypes, builder.whilePaused);
        this.factory = WorkerFactory.newInstance(connection.client(), factoryOptions(builder.interceptors));
        Worker worker = factory.newWorker(connection.taskQueue(), workerOptions());
        worker.registerWorkflowImplementationTypes(builder.workflows.toArray(new Class<?>[0]));
        worker.registerActivitiesImplementations(builder.activities.toArray());
        starter.setDaemon(true);
    }

    /** A worker on the connection's task queue, with the limits of its configuration. */
    public static Builder on(TemporalConnection connection) {
        return new Builder(connection);
    }

    public synchronized State state() {
        if (!connection.worker().enabled()) {
            return State.DISABLED;
        }
        if (stopped) {
            return State.STOPPED;
        }
        if (paused) {
            return pause.isIdle() ? State.PAUSED : State.PAUSING;
        }
        return started ? State.POLLING : State.CONNECTING;
    }

    /**
     * Suspends polling until {@link #resume()}, and starts no further calls; those under way complete. A pending poll
     * may still deliver a task within the next minute: its calls wait. If polling has not begun yet, it does not begin.
     */
    public synchronized void pause() {
        paused = true;
        pause.paused(true);
        pollOrNot();
    }

    public synchronized void resume() {
        paused = false;
        pause.paused(false);
        pollOrNot();
        notifyAll();
    }

    private synchronized void serverIs(boolean reachable) {
        away = !reachable;
        pollOrNot();
    }

    /**
     * A server that is away is not polled: the SDK waits longer after each failed poll, up to a minute, and would take its
     * tasks only that long after its return.
     */
    private void pollOrNot() {
        if (!started || stopped) {
            return;
        }
        if (paused || away) {
            factory.suspendPolling();
        } else {
            factory.resumePolling();
        }
    }

    @Override
    public void start() throws InterruptedException {
        if (!connection.worker().enabled()) {
            LOGGER.info("This instance runs no workflows: temporal.worker.enabled is false");
            return;
        }
        connection.onReachable(this::serverIs);
        starter.start();
        if (connection.isReachable()) {
            // The usual case: it polls before the service opens its port.
            polling.await(FIRST_START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Stops polling for good; tasks in progress continue for up to 20 s from now. Other workers get the waiting ones.
     * Waits for nothing but starts under way, which bring their first task with them, and for 2 s at most.
     */
    public void finish() {
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
            finishBy = System.nanoTime() + DRAIN_LIMIT.toNanos();
        }
        starter.interrupt();
        try {
            starter.join(INTERRUPTED_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Not for a worker that never polled: the SDK would call a server that may be unavailable.
        if (factory.isStarted()) {
            // A worker that is shutting down still takes the first task of workflows started here ("eager"), and may
            // drop it.
            connection.awaitStarts();
            factory.suspendPolling();
            factory.shutdown();
        }
    }

    /**
     * Waits for tasks in progress, whose results are recorded, up to 20 s from {@link #finish()}; then interrupts them.
     * To be stopped before the connection.
     */
    @Override
    public void stop() {
        finish();
        if (factory.isStarted()) {
            awaitEnd();
        }
        heartbeats.shutdownNow();
    }

    private void awaitEnd() {
        factory.awaitTermination(left(), TimeUnit.NANOSECONDS);
        if (!factory.isTerminated()) {
            LOGGER.warn("Tasks are still running after {} s; they are interrupted", DRAIN_LIMIT.toSeconds());
            factory.shutdownNow();
            factory.awaitTermination(INTERRUPTED_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized long left() {
        return Math.max(0, finishBy - System.nanoTime());
    }

    /** Retries, because the SDK queries the namespace before it polls and gives up at once if there is no answer. */
    private void startUntilDone() {
        Duration pause = SHORTEST_PAUSE;
        String said = "";
        try {
            connection.awaitFirstAnswer();
            while (true) {
                awaitResumed();
                try {
                    factory.start();
                    onStarted();
                    return;
                } catch (RuntimeException e) {
                    said = onFailure(e, said);
                }
                Thread.sleep(pause.toMillis());
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void awaitResumed() throws InterruptedException {
        while (paused) {
            wait();
        }
    }

    /** Logs a reason once, not at every attempt. */
    private String onFailure(RuntimeException e, String said) {
        String reason = ReachabilityMonitor.reason(e);
        if (!reason.equals(said) && state() != State.STOPPED) {
            LOGGER.warn("The worker of {} cannot start ({}); retrying", connection.taskQueue(), reason);
        }
        return reason;
    }

    private synchronized void onStarted() {
        started = true;
        pollOrNot();
        polling.countDown();
        LOGGER.info(
                "The worker polls the task queue {} of namespace {}", connection.taskQueue(), connection.namespace());
    }

    private WorkerFactoryOptions factoryOptions(List<WorkerInterceptor> interceptors) {
        List<WorkerInterceptor> all = new ArrayList<>(interceptors);
        all.add(pause);
        // The last one is the outermost, so that heartbeats cover the others too.
        all.add(new HeartbeatInterceptor(heartbeats, connection.deadline()));
        return WorkerFactoryOptions.newBuilder()
                .setWorkflowCacheSize(connection.worker().workflowCacheSize())
                .setMaxWorkflowThreadCount(connection.worker().maxWorkflowThreads())
                .setUsingVirtualWorkflowThreads(connection.worker().virtualThreads())
                .setWorkerInterceptors(all.toArray(new WorkerInterceptor[0]))
                .build();
    }

    private WorkerOptions workerOptions() {
        WorkerConfiguration limits = connection.worker();
        WorkerOptions.Builder options = WorkerOptions.newBuilder()
                .setMaxConcurrentWorkflowTaskExecutionSize(limits.maxConcurrentWorkflowTasks())
                .setMaxConcurrentActivityExecutionSize(limits.maxConcurrentActivities())
                .setMaxConcurrentLocalActivityExecutionSize(limits.maxConcurrentLocalActivities())
                .setMaxConcurrentWorkflowTaskPollers(limits.workflowTaskPollers())
                .setMaxConcurrentActivityTaskPollers(limits.activityTaskPollers())
                // By default the SDK throttles heartbeats to four fifths of the time-out: too close to it.
                .setMaxHeartbeatThrottleInterval(HeartbeatInterceptor.LONGEST_INTERVAL.minusSeconds(1))
                .setAllowActivityHeartbeatDuringShutdown(true)
                // Far above the pauses of a busy machine: a false alarm repeats the local steps of the task.
                .setDefaultDeadlockDetectionTimeout(5_000)
                .setStickyQueueScheduleToStartTimeout(limits.stickyTimeout().toJavaDuration())
                .setUsingVirtualThreads(limits.virtualThreads());
        WorkerDeployment deployment = limits.deployment();
        if (deployment != null) {
            options.setDeploymentOptions(deployment.options());
        }
        return options.build();
    }

    /** Collects what a worker runs. Not thread-safe. */
    public static final class Builder {

        private final TemporalConnection connection;
        private final List<Class<?>> workflows = new ArrayList<>();
        private final List<Object> activities = new ArrayList<>();
        private final List<WorkerInterceptor> interceptors = new ArrayList<>();
        private final Set<String> callTypes = new HashSet<>();
        private IntFunction<? extends RuntimeException> whilePaused = attempt -> new IllegalStateException("paused");

        private Builder(TemporalConnection connection) {
            this.connection = connection;
        }

        /** Adds implementation classes of workflows. */
        public Builder workflows(Class<?>... types) {
            workflows.addAll(List.of(types));
            return this;
        }

        /** Adds thread-safe objects that implement activity interfaces. */
        public Builder activities(Object... instances) {
            activities.addAll(List.of(instances));
            return this;
        }

        /**
         * Adds thread-safe objects whose activities call providers. None begins while the worker is paused.
         *
         * @param refusal the failure of such an activity then, by attempt
         */
        public Builder calls(IntFunction<? extends RuntimeException> refusal, Object... instances) {
            whilePaused = refusal;
            for (Object instance : instances) {
                POJOActivityImplMetadata.newInstance(instance.getClass())
                        .getActivityMethods()
                        .forEach(method -> callTypes.add(method.getActivityTypeName()));
            }
            return activities(instances);
        }

        /** Adds interceptors; each wraps those before it. */
        public Builder interceptors(WorkerInterceptor... added) {
            interceptors.addAll(List.of(added));
            return this;
        }

        public TemporalWorker build() {
            return new TemporalWorker(this);
        }
    }
}
