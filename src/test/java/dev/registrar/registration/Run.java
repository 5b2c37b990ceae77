package dev.registrar.registration;

import dev.registrar.registration.RegistrationWorkflow.RegistrationResult;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepReport;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.ActivityTaskScheduledEventAttributes;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.failure.CanceledFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

final class Run {

    private static final Duration DEADLINE = Duration.ofSeconds(40);

    /** Calls listed in a failure message. */
    private static final int SHOWN = 40;

    private final WorkflowClient client;
    private final WorkflowStub stub;
    private final World world;

    Run(WorkflowClient client, WorkflowStub stub, World world) {
        this.client = client;
        this.stub = stub;
        this.world = world;
    }

    World world() {
        return world;
    }

    /** Waits for the end, skipping time. */
    RegistrationStatus end() {
        try {
            return stub.getResult(DEADLINE.toSeconds(), TimeUnit.SECONDS, RegistrationResult.class)
                    .status();
        } catch (WorkflowFailedException e) {
            if (e.getCause() instanceof CanceledFailure) {
                // A run cancelled through Temporal closes as cancelled, whatever it returns: the row has the real
                // status.
                return world.ledger().status();
            }
            throw e;
        } catch (TimeoutException e) {
            List<String> calls = world.calls().stream().map(ServiceCall::method).toList();
            throw new AssertionError(
                    "no end within " + DEADLINE + " of real time, after " + calls.size() + " calls, the last of them "
                            + calls.subList(Math.max(0, calls.size() - SHOWN), calls.size())
                            + "; its history ends with "
                            + lastEvents(),
                    e);
        }
    }

    private List<String> lastEvents() {
        List<HistoryEvent> events = events();
        return events.subList(Math.max(0, events.size() - SHOWN), events.size()).stream()
                .map(event -> Instant.ofEpochSecond(event.getEventTime().getSeconds()) + " " + event.getEventType())
                .toList();
    }

    /** Like the API: first the command, then the signal. */
    void cancel() {
        world.ledger().requestCancel();
        ring();
    }

    void ring() {
        stub.signal("ring");
    }

    /** As an operator can in Temporal. */
    void cancelNatively() {
        stub.cancel();
    }

    RegistrationProgress progress() {
        return stub.query("progress", RegistrationProgress.class);
    }

    /** Polls the query until its result matches. */
    RegistrationProgress awaitProgress(Predicate<RegistrationProgress> shown) {
        RegistrationProgress[] last = new RegistrationProgress[1];
        await(() -> {
            last[0] = progress();
            return shown.test(last[0]);
        });
        return last[0];
    }

    void awaitCalls(String method, int count) {
        await(() -> world.count(method) >= count);
    }

    void awaitEvent(EventType type) {
        awaitEvent(type, 1);
    }

    /** Waits until an activity of this type has completed in the history. */
    void awaitAnswer(String activityType) {
        await(() -> {
            List<HistoryEvent> events = events();
            return events.stream()
                    .filter(HistoryEvent::hasActivityTaskCompletedEventAttributes)
                    .map(event ->
                            event.getActivityTaskCompletedEventAttributes().getScheduledEventId())
                    .map(id -> events.get((int) (id - 1)).getActivityTaskScheduledEventAttributes())
                    .anyMatch(scheduled -> scheduled.getActivityType().getName().equals(activityType));
        });
    }

    void awaitEvent(EventType type, int count) {
        await(() -> count(type) >= count);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not seen within " + DEADLINE);
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    WorkflowExecutionHistory history() {
        return client.fetchHistory(world.id().toString());
    }

    List<HistoryEvent> events() {
        return history().getEvents();
    }

    long count(EventType type) {
        return events().stream().filter(event -> event.getEventType() == type).count();
    }

    /** The attributes of every scheduling of this activity. */
    List<ActivityTaskScheduledEventAttributes> scheduled(String activityType) {
        return events().stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                .map(HistoryEvent::getActivityTaskScheduledEventAttributes)
                .filter(attributes -> attributes.getActivityType().getName().equals(activityType))
                .toList();
    }

    /** Names and states of the steps in the row. */
    List<String> steps() {
        return world.steps().stream().map(Run::shortForm).toList();
    }

    private static String shortForm(StepReport report) {
        return report.name().code() + " " + report.status() + " " + report.attempts();
    }
}
