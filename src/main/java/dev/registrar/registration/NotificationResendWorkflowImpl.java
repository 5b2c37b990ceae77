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
import dev.registrar.store.ResendRecords;
import dev.registrar.store.ResendRecords.ResendOutcome;
import dev.registrar.store.ResendStep;
import dev.registrar.store.StepStatus;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Corrects profile and account first, then sends; what fails is noted and holds nothing up. */
public final class NotificationResendWorkflowImpl implements NotificationResend {

    /** A resend is no start by the request itself: critical activities ask whether an undo has begun. */
    private static final int REPEATS = 1;

    private final ResendRecords records = Workflow.newActivityStub(
            ResendRecords.class,
            ActivityOptions.newBuilder()
                    .setStartToCloseTimeout(Duration.ofSeconds(30))
                    .build());

    @Override
    public void resend(ResendInput input) {
        List<ResendStep> done = new ArrayList<>();
        for (Step step : input.steps()) {
            done.add(attempt(input, step));
        }
        records.recordResend(new ResendOutcome(input.registrationId(), input.n(), done, StepTracker.now()));
    }

    private static ResendStep attempt(ResendInput input, Step step) {
        try {
            String reference = run(input, step);
            return reference == null
                    ? new ResendStep(step, StepStatus.FAILED, null, step.code() + "_rejected")
                    : new ResendStep(step, StepStatus.SUCCEEDED, reference, null);
        } catch (CallGaveUpException e) {
            String code = e.code().isEmpty() ? step.code() + "_unknown" : e.code();
            return new ResendStep(step, StepStatus.FAILED, null, code);
        }
    }

    /** The reference of what was made; null where it was refused. */
    private static @Nullable String run(ResendInput input, Step step) throws CallGaveUpException {
        UserProfile profile = input.data().profile();
        PatientCall call = new PatientCall(input.policies().of(step).durable(), CallMonitor.silent(step));
        return switch (step) {
            case PROFILE -> {
                UpdateUserProfile request = new UpdateUserProfile(input.registrationId(), profile);
                ProfileLookup found = call.run(UserProfileService.class, service -> service.updateUserProfile(request));
                yield found.ownership() == Ownership.OURS ? profile.userId() : null;
            }
            case DATABASE -> {
                Origin origin = new Origin(Workflow.getInfo().getOriginalExecutionRunId(), REPEATS);
                SaveUserData request = new SaveUserData(
                        input.registrationId(), profile, input.data().transactionId(), origin);
                call.run(DatabaseService.class, service -> service.saveUserData(request));
                yield profile.userId();
            }
            case EMAIL -> {
                WelcomeEmail request = new WelcomeEmail(
                        input.registrationId(),
                        profile.email(),
                        profile.fullName(),
                        input.data().emailTemplate(),
                        WelcomeRules.locale(profile),
                        input.n());
                yield call.run(NotificationService.class, service -> service.sendWelcomeEmail(request))
                        .messageId();
            }
            case SMS -> sms(input, call);
            case PAYMENT -> throw new IllegalStateException("a resend charges nothing");
        };
    }

    private static @Nullable String sms(ResendInput input, PatientCall call) throws CallGaveUpException {
        UserProfile profile = input.data().profile();
        PhoneNumber to = profile.phoneNumber();
        if (to == null) {
            return null;
        }
        WelcomeSms request = new WelcomeSms(
                input.registrationId(), to, input.data().smsTemplate(), WelcomeRules.locale(profile), input.n());
        return call.run(NotificationService.class, service -> service.sendSms(request))
                .messageId();
    }
}
