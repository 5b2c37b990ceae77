package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallPolicy.Mode;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.payment.PaymentService.ProcessPayment;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepReport;
import dev.registrar.store.StepStatus;
import io.temporal.api.enums.v1.EventType;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Registrations without any failure. */
class HealthyRegistrationTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    @Test
    void healthyRegistrationTakesOneWorkflowTaskAndNoDurableActivity() {
        Run run = RIG.start(new World());

        assertThat(run.end()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(run.count(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)).isOne();
        assertThat(run.count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)).isZero();
        assertThat(run.count(EventType.EVENT_TYPE_TIMER_STARTED)).isZero();
        assertThat(run.count(EventType.EVENT_TYPE_MARKER_RECORDED)).isEqualTo(6);
        assertThat(run.world().calls()).allMatch(ServiceCall::local);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void healthyRegistrationCallsEveryServiceOnceAndEndsCompleted(Mode mode) {
        World world = new World();

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.ledger().status()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.order("createUserProfile", "processPayment", "recordOutcome"))
                .containsExactly("createUserProfile", "processPayment", "recordOutcome");
        assertThat(world.calls()).hasSize(6);
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.providers().hasProfile()).isTrue();
        assertThat(world.providers().hasAccount()).isTrue();
        assertThat(world.providers().messages()).containsExactlyInAnyOrder("email_1", "sms_1");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void reportsHoldAttemptsTimesAndReferences(Mode mode) {
        World world = new World();
        Run run = RIG.start(world, Inputs.of(world, mode));

        run.end();

        assertThat(run.steps())
                .containsExactly(
                        "profile SUCCEEDED 1",
                        "payment SUCCEEDED 1",
                        "database SUCCEEDED 1",
                        "email SUCCEEDED 1",
                        "sms SUCCEEDED 1");
        assertThat(world.steps())
                .extracting(StepReport::reference)
                .containsExactly(world.user(), Providers.TRANSACTION, world.user(), "email_1", "sms_1");
        assertThat(world.steps()).allMatch(report -> report.startedAt() != null && report.finishedAt() != null);
        assertThat(world.errorCodes()).isEmpty();
        assertThat(run.progress().status()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(run.progress().waitingOn()).isNull();
    }

    @Test
    void ordinaryFirstRunHasNothingToAskTheGuard() {
        World world = new World();

        RIG.start(world).end();

        ServiceCall charge = world.calls("processPayment").get(0);
        ProcessPayment request = (ProcessPayment) charge.argument();
        assertThat(request.origin().mustAsk(charge.runId())).isFalse();
        assertThat(world.ledger().guarded()).isZero();
    }

    @Test
    void durableForwardAttemptsAskTheGuard() {
        World world = new World();

        RIG.start(world, Inputs.of(world, Mode.DURABLE)).end();

        assertThat(world.ledger().guarded()).as("profile, payment, account").isEqualTo(3);
    }

    @Test
    void messagesAreSkippedWhereTheUserOptedOut() {
        assertSkipped(Map.of("notifications.email", "off", "notifications.sms", false));
        assertSkipped(Map.of("notifications.email", false, "notifications.sms", "off"));
    }

    private static void assertSkipped(Map<String, @Nullable Object> preferences) {
        World world = new World();
        UserProfile profile = world.profile(PhoneNumber.of("+14155550101"), preferences);
        RegistrationStatus end =
                RIG.start(world, Inputs.of(world, Mode.LOCAL_FIRST, profile)).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.providers().messages()).isEmpty();
        assertThat(world.step(Step.EMAIL).status()).isEqualTo(StepStatus.SKIPPED);
        assertThat(world.step(Step.SMS).status()).isEqualTo(StepStatus.SKIPPED);
        assertThat(world.step(Step.SMS).attempts()).isZero();
    }

    @Test
    void smsIsSkippedWithoutAPhoneNumber() {
        World world = new World();

        RIG.start(world, Inputs.of(world, Mode.LOCAL_FIRST, world.profile(null, Map.of())))
                .end();

        assertThat(world.providers().messages()).containsExactly("email_1");
        assertThat(world.step(Step.SMS).status()).isEqualTo(StepStatus.SKIPPED);
        assertThat(world.step(Step.EMAIL).status()).isEqualTo(StepStatus.SUCCEEDED);
    }

    @Test
    void otherPreferencesOptOutOfNothing() {
        World world = new World();
        UserProfile profile = world.profile(
                PhoneNumber.of("+14155550101"), Map.of("notifications.email", true, "notifications.sms", "on"));

        RIG.start(world, Inputs.of(world, Mode.LOCAL_FIRST, profile)).end();

        assertThat(world.providers().messages()).hasSize(2);
    }
}
