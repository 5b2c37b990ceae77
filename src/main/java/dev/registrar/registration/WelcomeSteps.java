package dev.registrar.registration;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.AccountReceipt;
import dev.registrar.account.DatabaseService.SaveUserData;
import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.DetachedScope;
import dev.registrar.call.PatientCall;
import dev.registrar.call.PatientCall.Begun;
import dev.registrar.model.Origin;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.Step;
import dev.registrar.notification.NotificationService;
import dev.registrar.notification.NotificationService.MessageReceipt;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.notification.NotificationService.WelcomeSms;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        List<Delivery> begun = new ArrayList<>();
        saveAccount().ifPresent(begun::add);
        sendEmail().ifPresent(begun::add);
        sendSms().ifPresent(begun::add);
        List<Promise<Void>> running = new ArrayList<>();
        while (!begun.isEmpty()) {
            awaitAny(begun);
            for (Delivery delivery : begun.stream().filter(Delivery::isDue).toList()) {
                begun.remove(delivery);
                if (delivery.isAnswered()) {
                    end(delivery);
                } else {
                    // Only what has to wait gets a thread of its own.
                    running.add(Async.procedure(this::end, delivery));
                }
            }
        }
        // Not Promise.allOf: it ignores the failures of promises that have failed already.
        running.forEach(Promise::get);
        CancellationScope.throwCanceled();
    }

    private static void awaitAny(List<Delivery> begun) {
        DetachedScope.run(() -> {
            Workflow.await(() -> begun.stream().anyMatch(Delivery::isDue));
            return begun;
        });
    }

    private Optional<Delivery> saveAccount() {
        SaveUserData request = new SaveUserData(
                input.registrationId(),
                input.profile(),
                tracker.report(Step.PAYMENT).reference(),
                origin);
        tracker.started(Step.DATABASE);
        Begun<AccountReceipt> call = call(Step.DATABASE)
                .begin(DatabaseService.class, service -> Async.function(service::saveUserData, request));
        return Optional.of(new Delivery(Step.DATABASE, call, () -> {
            call.finish();
            return input.profile().userId();
        }));
    }

    private Optional<Delivery> sendEmail() {
        if (!NotificationPreferences.wanted(input.profile(), Step.EMAIL)) {
            tracker.skipped(Step.EMAIL);
            return Optional.empty();
        }
        WelcomeEmail request = new WelcomeEmail(
                input.registrationId(),
                input.profile().email(),
                input.profile().fullName(),
                input.emailTemplate(),
                NotificationPreferences.locale(input.profile()),
                0);
        tracker.started(Step.EMAIL);
        Begun<MessageReceipt> call = call(Step.EMAIL)
                .begin(NotificationService.class, service -> Async.function(service::sendWelcomeEmail, request));
        return Optional.of(new Delivery(Step.EMAIL, call, () -> call.finish().messageId()));
    }

    private Optional<Delivery> sendSms() {
        PhoneNumber phoneNumber = input.profile().phoneNumber();
        if (phoneNumber == null || !NotificationPreferences.wanted(input.profile(), Step.SMS)) {
            tracker.skipped(Step.SMS);
            return Optional.empty();
        }
        WelcomeSms request = new WelcomeSms(
                input.registrationId(),
                phoneNumber,
                input.smsTemplate(),
                NotificationPreferences.locale(input.profile()),
                0);
        tracker.started(Step.SMS);
        SmsDelivery sms = new SmsDelivery(input, tracker.monitor(Step.SMS), tracker.waitsOf(Step.SMS), request);
        return Optional.of(new Delivery(Step.SMS, sms.first(), sms::finish));
    }

    private PatientCall call(Step step) {
        return new PatientCall(input.policies().of(step), tracker.monitor(step));
    }

    private void end(Delivery delivery) {
        Step step = delivery.step();
        try {
            tracker.succeeded(step, delivery.completion().run());
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

    /** A step that has begun. */
    private record Delivery(Step step, Begun<?> first, Completion completion) {

        boolean isDue() {
            return first.isDue();
        }

        boolean isAnswered() {
            return first.isAnswered();
        }
    }

    private interface Completion {

        /** Waits for the provider's reference. */
        String run() throws CallGaveUpException;
    }
}
