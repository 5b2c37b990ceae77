package dev.registrar.registration;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.SaveUserData;
import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.PatientCall;
import dev.registrar.model.Origin;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.notification.NotificationService;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.NotificationService.WelcomeSms;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfileService.UpdateUserProfile;
import dev.registrar.registration.ResendRecords.ResendOrder;
import dev.registrar.registration.ResendRecords.ResendStep;
import dev.registrar.store.RegistrationRecords.Applied;
import dev.registrar.store.RegistrationRecords.CommandOf;
import dev.registrar.store.RegistrationRecords.PendingCommand;
import dev.registrar.store.StepStatus;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Corrects profile and account first, then sends; a failure is recorded and holds nothing up. Workflow code. */
final class ResendExecution {

    private final RegistrationInput input;

    /** Retried until it is read: an unavailable database proves nothing about the command. */
    private final ResendRecords resends = Workflow.newActivityStub(
            ResendRecords.class,
            ActivityOptions.newBuilder()
                    .setStartToCloseTimeout(Duration.ofSeconds(30))
                    .build());

    ResendExecution(RegistrationInput input) {
        this.input = input;
    }

    void run(PendingCommand command) {
        ResendOrder order = resends.resendOrder(new CommandOf(input.registrationId(), input.run(), command.seq()));
        List<ResendStep> steps = new ArrayList<>(order.done());
        for (Step step : order.left()) {
            steps.add(attempt(order, step));
        }
        OutcomeRecorder.durable()
                .recordApplied(new Applied(input.registrationId(), input.run(), command.seq(), steps, null));
    }

    private ResendStep attempt(ResendOrder order, Step step) {
        try {
            String reference = send(order, step);
            return reference == null
                    ? new ResendStep(step, StepStatus.FAILED, null, step.code() + "_rejected")
                    : new ResendStep(step, StepStatus.SUCCEEDED, reference, null);
        } catch (CallGaveUpException e) {
            String code = e.code().isEmpty() ? step.code() + "_unknown" : e.code();
            return new ResendStep(step, StepStatus.FAILED, null, code);
        }
    }

    /** The reference of the sent message; null if it was refused. */
    private @Nullable String send(ResendOrder order, Step step) throws CallGaveUpException {
        UserProfile profile = order.data().profile();
        PatientCall call = new PatientCall(input.policies().of(step).durable(), CallMonitor.silent(step));
        return switch (step) {
            case PROFILE -> {
                UpdateUserProfile request = new UpdateUserProfile(
                        input.registrationId(), profile, input.providers().profile());
                ProfileLookup found = call.run(UserProfileService.class, service -> service.updateUserProfile(request));
                yield found.ownership() == Ownership.OURS ? profile.userId() : null;
            }
            case DATABASE -> {
                Origin origin = new Origin(Workflow.getInfo().getOriginalExecutionRunId(), input.run());
                SaveUserData request = new SaveUserData(
                        input.registrationId(), profile, order.data().transactionId(), origin);
                call.run(DatabaseService.class, service -> service.saveUserData(request));
                yield profile.userId();
            }
            case EMAIL -> {
                WelcomeEmail request = new WelcomeEmail(
                        input.registrationId(),
                        profile.email(),
                        profile.fullName(),
                        order.data().emailTemplate(),
                        NotificationPreferences.locale(profile),
                        order.n());
                yield call.run(NotificationService.class, service -> service.sendWelcomeEmail(request))
                        .messageId();
            }
            case SMS -> sms(order);
            case PAYMENT -> throw new IllegalStateException("a resend charges nothing");
        };
    }

    private @Nullable String sms(ResendOrder order) throws CallGaveUpException {
        UserProfile profile = order.data().profile();
        PhoneNumber to = profile.phoneNumber();
        if (to == null) {
            return null;
        }
        WelcomeSms request = new WelcomeSms(
                input.registrationId(),
                to,
                order.data().smsTemplate(),
                NotificationPreferences.locale(profile),
                order.n());
        CallMonitor monitor = CallMonitor.silent(Step.SMS);
        return new SmsDelivery(input, monitor, monitor, request).finish();
    }
}
