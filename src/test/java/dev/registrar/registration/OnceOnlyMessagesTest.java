package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.Step;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.NotificationService.FindSms;
import dev.registrar.notification.NotificationService.FoundSms;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messengers that do not deduplicate: an e-mail server, and an SMS provider with lookups. */
class OnceOnlyMessagesTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private static final MessageGuarantees FINDS = new MessageGuarantees(Duration.ZERO, true, false);
    private static final MessageGuarantees RESENDS = new MessageGuarantees(Duration.ZERO, false, true);

    private final World world = new World();

    private Run start() {
        return start(MessageGuarantees.NONE);
    }

    private Run start(MessageGuarantees emails) {
        return RIG.start(world, Inputs.withMessengers(Inputs.of(world), emails, FINDS));
    }

    @Test
    void lostWorkflowTaskAfterTheSendSendsNothingTwice() {
        RIG.lostTasks().loseBefore(world, "RecordOutcome", () -> {});

        RegistrationStatus end = start().end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        // The server records it as failed or as timed out.
        assertThat(RIG.lostTasks().hasLost(world)).isTrue();
        assertThat(world.count("sendWelcomeEmail")).isOne();
        assertThat(world.count("sendSms")).isOne();
        assertThat(world.providers().messages()).containsExactlyInAnyOrder("email_1", "sms_1");
        assertThat(world.count("findSms")).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void emailOfUnknownOutcomeIsNotSentAgainAndStaysUnknown(boolean arrived) {
        world.always("sendWelcomeEmail", arrived ? Reply.lostAfter() : Reply.lostBefore());

        assertThat(start().end()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.count("sendWelcomeEmail")).isOne();
        assertThat(world.step(Step.EMAIL).status()).isEqualTo(StepStatus.UNKNOWN);
        assertThat(world.errorCodes()).containsExactly("email_unknown");
    }

    @Test
    void emailOfUnknownOutcomeIsSentAgainIfTheConfigurationPrefersThat() {
        world.next("sendWelcomeEmail", Reply.lostAfter());

        assertThat(start(RESENDS).end()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.count("sendWelcomeEmail")).isEqualTo(2);
        assertThat(world.step(Step.EMAIL).status()).isEqualTo(StepStatus.SUCCEEDED);
    }

    @Test
    void refusedEmailIsAFailedStep() {
        world.always("sendWelcomeEmail", Reply.refused());

        start().end();

        assertThat(world.step(Step.EMAIL).status()).isEqualTo(StepStatus.FAILED);
        assertThat(world.errorCodes()).containsExactly("email_rejected");
    }

    @Test
    void smsOfUnknownOutcomeThatIsFoundIsNotSentAgain() {
        world.next("sendSms", Reply.lostAfter());

        assertThat(start().end()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.count("sendSms")).isOne();
        assertThat(world.count("findSms")).isOne();
        assertThat(world.step(Step.SMS).status()).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(world.step(Step.SMS).reference()).isEqualTo("sms_1");
        assertThat(world.errorCodes()).isEmpty();
    }

    @Test
    void smsThatIsFoundLateIsNotSentAgain() {
        world.next("sendSms", Reply.lostAfter()).next("findSms", Reply.answers(new FoundSms(null)));

        start().end();

        assertThat(world.count("sendSms")).isOne();
        assertThat(world.count("findSms")).isEqualTo(2);
        assertThat(world.step(Step.SMS).status()).isEqualTo(StepStatus.SUCCEEDED);
    }

    @Test
    void smsThatTwoAnswersDoNotShowIsSentOnceMore() {
        world.next("sendSms", Reply.lostBefore());

        start().end();

        assertThat(world.count("sendSms")).isEqualTo(2);
        assertThat(world.count("findSms")).isEqualTo(2);
        assertThat(world.step(Step.SMS).status()).isEqualTo(StepStatus.SUCCEEDED);
        ServiceCall first = world.calls("sendSms").get(0);
        ServiceCall one = world.calls("findSms").get(0);
        ServiceCall other = world.calls("findSms").get(1);
        assertThat(one.argument()).isEqualTo(other.argument());
        assertThat(((FindSms) one.argument()).message()).isEqualTo(first.argument());
        assertThat(other.at() - one.at())
                .isGreaterThanOrEqualTo(Duration.ofSeconds(60).toMillis());
        assertThat(one.at() - first.at())
                .isGreaterThanOrEqualTo(Duration.ofSeconds(60).toMillis());
    }

    @Test
    void smsThatIsNeverShownIsSentTwiceAtMostAndStaysUnknown() {
        world.always("sendSms", Reply.lostBefore());

        assertThat(start().end()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.count("sendSms")).isEqualTo(2);
        assertThat(world.count("findSms")).isEqualTo(4);
        assertThat(world.step(Step.SMS).status()).isEqualTo(StepStatus.UNKNOWN);
        assertThat(world.errorCodes()).containsExactly("sms_unknown");
    }

    @Test
    void smsThatCannotBeLookedForIsNotSentAgain() {
        world.always("sendSms", Reply.lostBefore()).always("findSms", Reply.down());

        start().end();

        assertThat(world.count("sendSms")).isOne();
        assertThat(world.count("findSms")).isEqualTo(5);
        assertThat(world.step(Step.SMS).status()).isEqualTo(StepStatus.UNKNOWN);
        assertThat(world.errorCodes()).containsExactly("sms_unknown");
    }

    @Test
    void smsThatTheProviderHadAndThatFailedIsAFailedStep() {
        world.next("sendSms", Reply.lostAfter()).always("findSms", Reply.refused());

        start().end();

        assertThat(world.count("sendSms")).isOne();
        assertThat(world.step(Step.SMS).status()).isEqualTo(StepStatus.FAILED);
        assertThat(world.errorCodes()).containsExactly("sms_rejected");
    }
}
