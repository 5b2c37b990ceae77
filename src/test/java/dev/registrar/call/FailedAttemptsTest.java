package dev.registrar.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.uber.m3.tally.ScopeCloseException;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.AttemptFailure.Outcome;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.temporal.EmbeddedTemporalFactory;
import dev.registrar.temporal.TemporalConnection;
import dev.registrar.temporal.TemporalWorker;
import dev.registrar.temporal.WorkerConfiguration;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The second attempt of a call lasts so long that its own heartbeats carry the failure of the first one on. */
class FailedAttemptsTest {

    private static final SimpleMeterRegistry REGISTRY = new SimpleMeterRegistry();
    private static final TemporalConnection CONNECTION = new EmbeddedTemporalFactory(
                    "default", "attempts", "tester", WorkerConfiguration.defaults(), null)
            .open(REGISTRY, List.of());
    private static final TemporalWorker WORKER = TemporalWorker.on(CONNECTION)
            .workflows(SendingImpl.class)
            .activities(new SlowSender())
            .interceptors(new CallFailureInterceptor(new LocalAttempts(Clock.systemUTC()), Clock.systemUTC()))
            .build();

    /** How the two attempts end. */
    public enum Story {
        UNAVAILABLE_THEN_SENT,
        UNAVAILABLE_THEN_REFUSED,
        UNREADABLE_THEN_SENT
    }

    @ActivityInterface
    public interface Sender {

        MessageReceipt send(Story story);
    }

    @WorkflowInterface
    public interface Sending {

        @WorkflowMethod
        MessageReceipt run(Story story);
    }

    public static final class SendingImpl implements Sending {

        @Override
        public MessageReceipt run(Story story) {
            return Workflow.newActivityStub(
                            Sender.class,
                            ActivityOptions.newBuilder()
                                    .setStartToCloseTimeout(Duration.ofSeconds(30))
                                    .setHeartbeatTimeout(Duration.ofMillis(1_500))
                                    .setRetryOptions(RetryOptions.newBuilder()
                                            .setInitialInterval(Duration.ofMillis(10))
                                            .setMaximumAttempts(2)
                                            .build())
                                    .build())
                    .send(story);
        }
    }

    private static final class SlowSender implements Sender {

        @Override
        public MessageReceipt send(Story story) {
            ActivityExecutionContext context = Activity.getExecutionContext();
            if (context.getInfo().getAttempt() == 1) {
                if (story == Story.UNREADABLE_THEN_SENT) {
                    context.heartbeat("not a list");
                    throw new IllegalStateException("unexpected");
                }
                throw new UnavailableException(Step.SMS, "refused");
            }
            awaitHeartbeat();
            if (story == Story.UNAVAILABLE_THEN_REFUSED) {
                throw new RejectedException(Step.SMS, "bad_number", "400");
            }
            return new MessageReceipt("sms_1", 2);
        }
    }

    private static void awaitHeartbeat() {
        long before = heartbeats();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (heartbeats() == before && System.nanoTime() < deadline) {
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        assertThat(heartbeats()).isGreaterThan(before);
    }

    private static long heartbeats() {
        return REGISTRY
                .find("temporal_request_latency")
                .tag("operation", "RecordActivityTaskHeartbeat")
                .timers()
                .stream()
                .mapToLong(Timer::count)
                .sum();
    }

    @BeforeAll
    static void start() throws InterruptedException {
        CONNECTION.start();
        WORKER.start();
    }

    @AfterAll
    static void stop() throws ScopeCloseException {
        WORKER.stop();
        CONNECTION.stop();
    }

    private static MessageReceipt send(Story story) {
        return CONNECTION
                .client()
                .newWorkflowStub(
                        Sending.class,
                        CONNECTION.workflowOptions().setWorkflowId(story.name()).build())
                .run(story);
    }

    @Test
    void resultOfALongSecondAttemptComesWithTheFailureOfTheFirst() {
        MessageReceipt receipt = send(Story.UNAVAILABLE_THEN_SENT);

        assertThat(receipt.messageId()).isEqualTo("sms_1");
        assertThat(receipt.failures())
                .extracting(AttemptFailure::attempt, AttemptFailure::outcome)
                .containsExactly(tuple(1, Outcome.NOT_SENT));
    }

    @Test
    void failureOfALongSecondAttemptComesAfterThatOfTheFirst() {
        assertThatThrownBy(() -> send(Story.UNAVAILABLE_THEN_REFUSED))
                .rootCause()
                .isInstanceOfSatisfying(ApplicationFailure.class, thrown -> {
                    CallFailure failure = thrown.getDetails().get(CallFailure.class);
                    assertThat(failure.kind()).isEqualTo(CallFailure.Kind.REJECTED);
                    assertThat(failure.failures())
                            .extracting(AttemptFailure::attempt)
                            .containsExactly(1, 2);
                });
    }

    @Test
    void unreadableFailuresDoNotChangeTheResult() {
        MessageReceipt receipt = send(Story.UNREADABLE_THEN_SENT);

        assertThat(receipt.messageId()).isEqualTo("sms_1");
        assertThat(receipt.failures())
                .extracting(AttemptFailure::attempt, AttemptFailure::outcome)
                .containsExactly(tuple(1, Outcome.UNKNOWN));
    }
}
