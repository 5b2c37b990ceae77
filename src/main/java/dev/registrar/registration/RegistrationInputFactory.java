package dev.registrar.registration;

import dev.registrar.model.RegistrationId;
import dev.registrar.policy.CallPolicy;
import dev.registrar.policy.LocalAttempts;
import dev.registrar.store.RequestData;
import dev.registrar.store.UnfinishedRegistration;
import java.time.Duration;
import java.time.Instant;

/** Makes the input of a registration's workflow: the request and a snapshot of the policies. Thread-safe. */
public final class RegistrationInputFactory {

    private final RegistrationConfiguration configuration;
    private final Policies policies;
    private final LocalAttempts localAttempts;

    /** @param callDeadline the longest whole call to a critical provider */
    public RegistrationInputFactory(
            RegistrationConfiguration configuration, Duration callDeadline, LocalAttempts localAttempts) {
        this.configuration = configuration;
        this.policies = configuration.snapshot(callDeadline);
        this.localAttempts = localAttempts;
    }

    RegistrationInput first(RegistrationId id, RequestData request, Instant createdAt) {
        return input(id, request, createdAt, 0, false, false);
    }

    RegistrationInput again(UnfinishedRegistration row, int sweep) {
        return input(row.id(), row.request(), row.createdAt(), sweep, row.cancelRequested(), row.undoBegun());
    }

    private RegistrationInput input(
            RegistrationId id,
            RequestData request,
            Instant createdAt,
            int sweep,
            boolean cancelRequested,
            boolean undoBegun) {
        return new RegistrationInput(
                id,
                request.userProfile(),
                request.payment(),
                snapshot(),
                createdAt.plus(configuration.keyWindow().toJavaDuration()),
                configuration.emailTemplate(),
                configuration.smsTemplate(),
                sweep,
                cancelRequested,
                undoBegun);
    }

    /** A service whose local attempts time out is started durable for a while: decided here, not in the workflow. */
    private Policies snapshot() {
        return new Policies(
                current("CreateUserProfile", policies.profile()),
                current("ProcessPayment", policies.payment()),
                current("SaveUserData", policies.database()),
                current("SendWelcomeEmail", policies.email()),
                current("SendSms", policies.sms()),
                policies.lookup(),
                policies.undo(),
                policies.callDeadline(),
                policies.settleAfter(),
                policies.lateChargeWatch());
    }

    private CallPolicy current(String activityType, CallPolicy policy) {
        return policy.withMode(localAttempts.mode(activityType, policy.mode()));
    }
}
