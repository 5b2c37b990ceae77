package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.registrar.temporal.Greetings.Greeter;
import dev.registrar.temporal.Greetings.Greeting;
import dev.registrar.temporal.Greetings.HeldGreeter;
import dev.registrar.temporal.Greetings.QuickGreeter;
import dev.registrar.temporal.TemporalWorker.State;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TemporalWorkerTest {

    @Test
    void resultOfARunningActivityIsRecordedWhenTheWorkerStops() throws Exception {
        HeldGreeter greeter = new HeldGreeter();
        try (TemporalRig rig = new TemporalRig(TemporalRig.EMBEDDED, greeter).start()) {
            rig.greet("drained", Greeting.durable("Ada", Duration.ofSeconds(1)));
            assertThat(greeter.begun.await(5, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Void> stopping = CompletableFuture.runAsync(rig.worker::stop);
            // Longer than the heartbeat time-out: heartbeats must continue while the worker drains.
            assertThatThrownBy(() -> stopping.get(2, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            greeter.release.countDown();
            stopping.get(10, TimeUnit.SECONDS);

            assertThat(greeter.interrupted).isFalse();
            assertThat(rig.events("drained", EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED))
                    .isOne();
        }
    }

    @Test
    void pausedWorkerTakesNothingUntilResumed() throws Exception {
        try (TemporalRig rig = new TemporalRig(TemporalRig.EMBEDDED, new QuickGreeter())) {
            rig.worker.pause();
            rig.start();
            assertThat(rig.worker.state()).isEqualTo(State.PAUSED);

            WorkflowStub workflow = rig.greet("paused", Greeting.local("Ada"));
            assertThatThrownBy(() -> workflow.getResult(1, TimeUnit.SECONDS, String.class))
                    .isInstanceOf(TimeoutException.class);

            rig.worker.resume();
            assertThat(workflow.getResult(10, TimeUnit.SECONDS, String.class)).isEqualTo("Hello Ada");
            assertThat(rig.worker.state()).isEqualTo(State.POLLING);
        }
    }

    @Test
    void pausingWorkerIsPausedOnceItsCallHasEndedAndBeginsNoOther() throws Exception {
        HeldGreeter greeter = new HeldGreeter();
        AtomicInteger calls = new AtomicInteger();
        Greeter counting = name -> {
            calls.incrementAndGet();
            return greeter.greet(name);
        };
        try (TemporalRig rig = new TemporalRig(TemporalRig.EMBEDDED, counting).start()) {
            WorkflowStub underWay = rig.greet("under-way", Greeting.local("Ada"));
            assertThat(greeter.begun.await(5, TimeUnit.SECONDS)).isTrue();

            rig.worker.pause();
            State during = rig.worker.state();
            // A poll that is still open returns its task even now.
            WorkflowStub late = rig.greet("late", Greeting.local("Grace"));
            greeter.release.countDown();

            assertThat(during).isEqualTo(State.PAUSING);
            assertThat(underWay.getResult(10, TimeUnit.SECONDS, String.class)).isEqualTo("Hello Ada");
            Eventually.within(Duration.ofSeconds(10), "paused", () -> rig.worker.state() == State.PAUSED);
            assertThat(catchThrowable(() -> late.getResult(1, TimeUnit.SECONDS, String.class)))
                    .isNotNull();
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void workerThatFinishesEndsWhatItHasAndDropsNothing() throws Exception {
        HeldGreeter greeter = new HeldGreeter();
        try (TemporalRig rig = new TemporalRig(TemporalRig.EMBEDDED, greeter).start()) {
            rig.greet("begun", Greeting.durable("Ada", Duration.ofSeconds(10)));
            assertThat(greeter.begun.await(5, TimeUnit.SECONDS)).isTrue();

            rig.worker.finish();
            // The SDK drops what a poll returns while it is being ended; only an eager start could still get a task.
            Eventually.within(
                    Duration.ofSeconds(30),
                    "the polls are ended",
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().startsWith("Workflow Poller")));
            rig.greet("too-late", Greeting.local("Grace"));
            greeter.release.countDown();
            rig.worker.stop();

            assertThat(rig.events("begun", EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED))
                    .isOne();
            assertThat(rig.events("too-late", EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED))
                    .as("a first task that it took")
                    .isEqualTo(rig.events("too-late", EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED));
        }
    }

    @Test
    void pausedWorkerStopsAtOnce() throws Exception {
        try (TemporalRig rig = new TemporalRig(TemporalRig.EMBEDDED, new QuickGreeter()).start()) {
            rig.worker.pause();
            long begun = System.nanoTime();

            rig.worker.stop();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void workflowOutlivesTheDeadlineOfItsStart() throws Exception {
        try (TemporalRig rig = new TemporalRig(TemporalRig.EMBEDDED, new QuickGreeter()).start()) {
            WorkflowStub workflow = rig.greet(
                    "slow",
                    new Greeting("Ada", false, Duration.ofSeconds(2), Duration.ofSeconds(3)),
                    TemporalConnection.START_LIMIT);

            assertThat(workflow.getResult(10, TimeUnit.SECONDS, String.class)).isEqualTo("Hello Ada");
        }
    }

    @Test
    void workerThatNeverStartedStopsAtOnce() throws Exception {
        TemporalRig rig = new TemporalRig(TemporalRig.EMBEDDED, new QuickGreeter());
        long begun = System.nanoTime();

        rig.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
    }
}
