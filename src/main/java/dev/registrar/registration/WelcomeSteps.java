package dev.registrar.registration;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.SaveUserData;
import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.PatientCall;
import dev.registrar.model.Origin;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.Step;
import dev.registrar.notification.NotificationService;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.NotificationService.WelcomeSms;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import java.util.ArrayList;
import java.util.List;

/** Account, e-mail and SMS: best effort, in parallel; a failure is recorded and holds nothing up. Workflow code. */
final class WelcomeSteps {

    private final RegistrationInput input;
    private final StepTracker tracker;
    private final Origin origin;

    WelcomeSteps(RegistrationInput input, StepTracker tracker, Origin origin) {
        this.input = input;
        this.tracker = tracker;
        this.origin = origin;
    }

    /** Returns when all three have ended; a cancel comes through only then. */
    void run() {
        List<Promise<Void>> running = new ArrayList<>();
        running.add(Async.procedure(this::saveAccount));
        running.add(Async.procedure(this::sendEmail));
        running.add(Async.procedure(this::sendSms));
        Promise.allOf(running).get();
        CancellationScope.throwCanceled();
    }

    private void saveAccount() {
        SaveUserData request = new SaveUserData(
                input.registrationId(),
                input.profile(),
                tracker.report(Step.PAYMENT).reference(),
                origin);
        attempt(Step.DATABASE, () -> {
            call(Step.DATABASE).run(DatabaseService.class, service -> service.saveUserData(request));
            return input.profile().userId();
        });
    }

    private void sendEmail() {
        if (!NotificationPreferences.wanted(input.profile(), Step.EMAIL)) {
            tracker.skipped(Step.EMAIL);
            return;
        }
        WelcomeEmail request = new WelcomeEmail(
                input.registrationId(),
                input.profile().email(),
                input.profile().fullName(),
                input.emailTemplate(),
                NotificationPreferences.locale(input.profile()),
                0);
        attempt(
                Step.EMAIL,
                () -> call(Step.EMAIL)
                        .run(NotificationService.class, service -> service.sendWelcomeEmail(request))
                        .messageId());
    }

    private void sendSms() {
        PhoneNumber phoneNumber = input.profile().phoneNumber();
        if (phoneNumber == null || !NotificationPreferences.wanted(input.profile(), Step.SMS)) {
            tracker.skipped(Step.SMS);
            return;
        }
        WelcomeSms request = new WelcomeSms(
                input.registrationId(),
                phoneNumber,
                input.smsTemplate(),
                NotificationPreferences.locale(input.profile()),
                0);
        attempt(
                Step.SMS,
                () -> new SmsDelivery(input, tracker.monitor(Step.SMS), tracker.waitsOf(Step.SMS)).send(request));
    }

    private PatientCall call(Step step) {
        return new PatientCall(input.policies().of(step), tracker.monitor(step));
    }

    private void attempt(Step step, Attempt attempt) {
        tracker.started(step);
        try {
            tracker.succeeded(step, attempt.make());
        } catch (CallGaveUpException e) {
            if (e.unknown() && input.policies().onlyOnce(step)) {
                tracker.unknown(step, step.code() + "_unknown");
            } else {
                tracker.failed(step, e.code().isEmpty() ? step.code() + "_unknown" : e.code());
            }
        } catch (CanceledFailure e) {
            tracker.abandoned(step);
        }
    }

    /** A step's calls. */
    private interface Attempt {

        /** Returns the provider's reference. */
        String make() throws CallGaveUpException;
    }
}
