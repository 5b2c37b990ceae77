package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.temporal.Greetings.Greeter;
import dev.registrar.temporal.Greetings.Greeting;
import dev.registrar.temporal.Greetings.HeldGreeter;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeartbeatInterceptorTest {

    @Test
    void activityMayLastLongerThanItsHeartbeatTimeout() throws Exception {
        HeldGreeter greeter = new HeldGreeter();
        try (TemporalRig rig = new TemporalRig(TemporalRig.EMBEDDED, greeter).start()) {
            WorkflowStub workflow = rig.greet("long", Greeting.durable("Ada", Duration.ofSeconds(1)));
            assertThat(greeter.begun.await(5, TimeUnit.SECONDS)).isTrue();

            Eventually.within(Duration.ofSeconds(8), "many heartbeats", () -> heartbeats(rig) >= 4);
            greeter.release.countDown();

            assertThat(workflow.getResult(5, TimeUnit.SECONDS, String.class)).isEqualTo("Hello Ada");
        }
    }

    @Test
    void cancelledActivityEndsItsCallAndItsResultCounts() throws Exception {
        HeldGreeter greeter = new HeldGreeter();
        try (TemporalRig rig = new TemporalRig(TemporalRig.EMBEDDED, greeter).start()) {
            WorkflowStub workflow = rig.greet("cancelled", Greeting.durable("Ada", Duration.ofSeconds(1)));
            assertThat(greeter.begun.await(5, TimeUnit.SECONDS)).isTrue();
            workflow.cancel();
            Eventually.within(
                    Duration.ofSeconds(5),
                    "cancel requested",
                    () -> rig.events("cancelled", EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED) == 1);
            double before = heartbeats(rig);

            Eventually.within(Duration.ofSeconds(5), "heartbeats after it", () -> heartbeats(rig) >= before + 2);
            greeter.release.countDown();

            Eventually.within(
                    Duration.ofSeconds(5),
                    "result recorded",
                    () -> rig.events("cancelled", EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED) == 1);
            assertThat(greeter.interrupted).isFalse();
        }
    }

    @Test
    void heartbeatsStopWithTheActivity() throws Exception {
        HeldGreeter greeter = new HeldGreeter();
        greeter.release.countDown();
        try (TemporalRig rig = new TemporalRig(TemporalRig.EMBEDDED, greeter).start()) {
            WorkflowStub workflow = rig.greet("short", Greeting.durable("Ada", Duration.ofMillis(60)));
            workflow.getResult(5, TimeUnit.SECONDS, String.class);
            double before = heartbeats(rig);

            // Ten times the interval.
            Thread.sleep(200);

            assertThat(heartbeats(rig)).isEqualTo(before);
        }
    }

    @Test
    void detailsOfAnActivityAreKept() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Greeter greeter = name -> {
            ActivityExecutionContext context = Activity.getExecutionContext();
            context.heartbeat("details of " + name);
            try {
                release.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return context.getHeartbeatDetails(String.class).orElse("none");
        };
        try (TemporalRig rig = new TemporalRig(TemporalRig.EMBEDDED, greeter).start()) {
            WorkflowStub workflow = rig.greet("details", Greeting.durable("Ada", Duration.ofSeconds(1)));

            Eventually.within(Duration.ofSeconds(8), "heartbeats of the interceptor", () -> heartbeats(rig) >= 3);
            release.countDown();

            assertThat(workflow.getResult(5, TimeUnit.SECONDS, String.class)).isEqualTo("details of Ada");
        }
    }

    @Test
    void intervalIsAThirdOfTheTimeoutAndFiveSecondsAtMost() {
        assertThat(HeartbeatInterceptor.interval(Duration.ofSeconds(15))).isEqualTo(Duration.ofSeconds(5));
        assertThat(HeartbeatInterceptor.interval(Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(1));
        assertThat(HeartbeatInterceptor.interval(Duration.ofMinutes(5))).isEqualTo(Duration.ofSeconds(5));
    }

    /** Timers are published at once, unlike counters. */
    private static double heartbeats(TemporalRig rig) {
        return rig
                .registry
                .find("temporal_request_latency")
                .tag("operation", "RecordActivityTaskHeartbeat")
                .timers()
                .stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }
}
