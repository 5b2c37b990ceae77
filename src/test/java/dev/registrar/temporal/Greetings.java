package dev.registrar.temporal;

import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A small workflow and its activity, for the tests of this package. */
public final class Greetings {

    private Greetings() {}

    /** How the workflow behaves. */
    public record Greeting(String name, boolean local, Duration sleepBefore, Duration heartbeatTimeout) {

        static Greeting local(String name) {
            return new Greeting(name, true, Duration.ZERO, Duration.ZERO);
        }

        static Greeting durable(String name, Duration heartbeatTimeout) {
            return new Greeting(name, false, Duration.ZERO, heartbeatTimeout);
        }
    }

    @ActivityInterface
    public interface Greeter {
        String greet(String name);
    }

    @WorkflowInterface
    public interface GreetingWorkflow {
        @WorkflowMethod
        String run(Greeting greeting);
    }

    public static final class GreetingWorkflowImpl implements GreetingWorkflow {
        @Override
        public String run(Greeting greeting) {
            if (!greeting.sleepBefore().isZero()) {
                Workflow.sleep(greeting.sleepBefore());
            }
            Greeter greeter = greeting.local()
                    ? Workflow.newLocalActivityStub(
                            Greeter.class,
                            LocalActivityOptions.newBuilder()
                                    .setStartToCloseTimeout(Duration.ofSeconds(5))
                                    .build())
                    : Workflow.newActivityStub(
                            Greeter.class,
                            ActivityOptions.newBuilder()
                                    .setStartToCloseTimeout(Duration.ofSeconds(30))
                                    .setHeartbeatTimeout(greeting.heartbeatTimeout())
                                    .setRetryOptions(RetryOptions.newBuilder()
                                            .setMaximumAttempts(1)
                                            .build())
                                    .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                                    .build());
            return greeter.greet(greeting.name());
        }
    }

    /** Greets at once. */
    static final class QuickGreeter implements Greeter {
        @Override
        public String greet(String name) {
            return "Hello " + name;
        }
    }

    /** Greets when the test allows it. */
    static final class HeldGreeter implements Greeter {

        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final AtomicBoolean interrupted = new AtomicBoolean();

        @Override
        public String greet(String name) {
            begun.countDown();
            try {
                release.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted.set(true);
                Thread.currentThread().interrupt();
            }
            return "Hello " + name;
        }
    }
}
