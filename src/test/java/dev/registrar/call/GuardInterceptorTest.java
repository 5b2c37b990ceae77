package dev.registrar.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.ForwardCall;
import dev.registrar.model.ForwardGuard;
import dev.registrar.model.ForwardGuard.ForwardRefusedException;
import dev.registrar.model.Origin;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RevokingCall;
import dev.registrar.model.UndoAttempt;
import dev.registrar.model.UndoCall;
import dev.registrar.model.UndoGuard.UndoRefusedException;
import dev.registrar.temporal.PayloadJson;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.worker.WorkerFactoryOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which calls a guard checks, and the effect of a refusal. */
class GuardInterceptorTest {

    private static final RegistrationId ID = RegistrationId.random();
    private static final UndoAttempt ATTEMPT = new UndoAttempt(new UUID(1, 2), 3, 4);
    private static final Duration START_TO_CLOSE = Duration.ofSeconds(5);

    private final List<String> events = new ArrayList<>();
    private @Nullable RuntimeException refusal;
    private TestActivityEnvironment temporal;

    @ActivityInterface
    public interface Steps {

        void forward(Forward call);

        void undo(Undo call);

        void revoke(Revoke call);
    }

    public record Revoke(RegistrationId registrationId) implements RevokingCall {}

    public record Forward(RegistrationId registrationId, Origin origin) implements ForwardCall {}

    public record Undo(
            RegistrationId registrationId, @Nullable UndoAttempt attempt) implements UndoCall {}

    @BeforeEach
    void start() {
        temporal = TestActivityEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(PayloadJson.dataConverter(List.of()))
                        .build())
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(
                                new GuardInterceptor(
                                        new Forwards(),
                                        (id, attempt, deadline) -> {
                                            assertThat(attempt).isEqualTo(ATTEMPT);
                                            assertThat(deadline).isEqualTo(START_TO_CLOSE);
                                            asked("undo?");
                                        },
                                        ProviderNames.UNKNOWN),
                                new CallFailureInterceptor(new LocalAttempts(Clock.systemUTC()), Clock.systemUTC()))
                        .build())
                .build());
        temporal.registerActivitiesImplementations(new Steps() {
            @Override
            public void forward(Forward call) {
                events.add("forward");
            }

            @Override
            public void undo(Undo call) {
                events.add("undo");
            }

            @Override
            public void revoke(Revoke call) {
                events.add("revoke");
            }
        });
    }

    @AfterEach
    void stop() {
        temporal.close();
    }

    private final class Forwards implements ForwardGuard {

        @Override
        public void requireForward(RegistrationId id, Origin origin) {
            asked("forward?");
        }

        @Override
        public void requireRevocable(RegistrationId id) {
            asked("revocable?");
        }
    }

    private void asked(String question) {
        events.add(question);
        if (refusal != null) {
            throw refusal;
        }
    }

    private Steps durable() {
        return temporal.newActivityStub(
                Steps.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(START_TO_CLOSE)
                        .setRetryOptions(
                                RetryOptions.newBuilder().setMaximumAttempts(1).build())
                        .build());
    }

    private Steps local() {
        return temporal.newLocalActivityStub(
                Steps.class,
                LocalActivityOptions.newBuilder()
                        .setStartToCloseTimeout(START_TO_CLOSE)
                        .build(),
                Map.of());
    }

    private Forward forward() {
        return new Forward(ID, new Origin("an-earlier-run", 1));
    }

    private static void assertFailsAs(CallFailure.Kind kind, Runnable call) {
        assertThatThrownBy(call::run)
                .cause()
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        failure -> assertThat(failure.getType()).isEqualTo(kind.type()));
    }

    @Test
    void everyDurableForwardAttemptAsksFirst() {
        durable().forward(forward());

        assertThat(events).containsExactly("forward?", "forward");
    }

    @Test
    void localAttemptOfARunThatMayRepeatWhatWasUndoneAsksFirst() {
        local().forward(forward());

        // The environment gives each call its own run, so that none is the first.
        assertThat(events).containsExactly("forward?", "forward");
    }

    @Test
    void everyAttemptToTakeAnEffectBackAsksFirst() {
        durable().revoke(new Revoke(ID));
        local().revoke(new Revoke(ID));
        refusal = ForwardRefusedException.completed(ID);
        assertFailsAs(CallFailure.Kind.FORWARD_REFUSED, () -> durable().revoke(new Revoke(ID)));

        assertThat(events).containsExactly("revocable?", "revoke", "revocable?", "revoke", "revocable?");
    }

    @Test
    void refusedCallIsNotMade() {
        refusal = new ForwardRefusedException(ID);
        assertFailsAs(CallFailure.Kind.FORWARD_REFUSED, () -> durable().forward(forward()));
        refusal = ForwardRefusedException.cancelRequested(ID);
        assertFailsAs(CallFailure.Kind.CANCEL_REQUESTED, () -> durable().forward(forward()));
        refusal = new UndoRefusedException(ID);
        assertFailsAs(CallFailure.Kind.UNDO_REFUSED, () -> durable().undo(new Undo(ID, ATTEMPT)));

        assertThat(events).containsExactly("forward?", "forward?", "undo?");
    }

    @Test
    void callWaitsWhileItsGuardCannotBeAsked() {
        refusal = new IllegalStateException("no connection");

        assertFailsAs(CallFailure.Kind.BLOCKED, () -> durable().forward(forward()));

        assertThat(events).containsExactly("forward?");
    }

    @Test
    void undoIsBegunBeforeItsCallAndAReadBeginsNothing() {
        durable().undo(new Undo(ID, ATTEMPT));
        durable().undo(new Undo(ID, null));

        assertThat(events).containsExactly("undo?", "undo", "undo");
    }
}
