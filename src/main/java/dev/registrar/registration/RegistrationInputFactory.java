package dev.registrar.registration;

import dev.registrar.call.CallPolicy;
import dev.registrar.call.LocalAttempts;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentGuarantees;
import dev.registrar.store.EarlierCharge;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.RequestData;
import dev.registrar.store.StepHistory;
import dev.registrar.store.UnfinishedRegistration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the input of a registration's workflow: the request and a snapshot of the policies. Thread-safe. */
public final class RegistrationInputFactory {

    private final RegistrationConfiguration configuration;
    private final Policies policies;
    private final LocalAttempts localAttempts;

    /**
     * @param callDeadline the longest whole call to a critical provider
     * @param gateway what the payment gateway promises; absent: nothing but to be found
     */
    public RegistrationInputFactory(
            RegistrationConfiguration configuration,
            Duration callDeadline,
            @Nullable PaymentGuarantees gateway,
            LocalAttempts localAttempts) {
        this.configuration = configuration;
        this.policies = configuration.snapshot(callDeadline, gateway);
        this.localAttempts = localAttempts;
    }

    /** The configured policies, without what local attempts taught. */
    public Policies policies() {
        return policies;
    }

    RegistrationInput first(RegistrationId id, RequestData request, Instant createdAt, List<EarlierCharge> earlier) {
        return input(id, request, createdAt, new Start(0, false, false, null, earlier, null));
    }

    RegistrationInput again(UnfinishedRegistration row, int sweep) {
        Start start = new Start(
                sweep,
                row.cancelRequested(),
                row.undoBegun(),
                row.resolution(),
                row.earlierCharges(),
                row.resolution() == null ? null : row.history());
        return input(row.id(), row.request(), row.createdAt(), start);
    }

    /** What differs from start to start. */
    private record Start(
            int sweep,
            boolean cancelRequested,
            boolean undoBegun,
            @Nullable PaymentResolution resolution,
            List<EarlierCharge> earlierCharges,
            @Nullable StepHistory before) {}

    private RegistrationInput input(RegistrationId id, RequestData request, Instant createdAt, Start start) {
        return new RegistrationInput(
                id,
                request.userProfile(),
                request.payment(),
                snapshot(),
                createdAt.plus(configuration.keyWindow().toJavaDuration()),
                configuration.emailTemplate(),
                configuration.smsTemplate(),
                start.sweep(),
                start.cancelRequested(),
                start.undoBegun(),
                start.resolution(),
                start.earlierCharges(),
                start.before());
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
                policies.lateChargeWatch(),
                policies.gateway());
    }

    private CallPolicy current(String activityType, CallPolicy policy) {
        return policy.withMode(localAttempts.mode(activityType, policy.mode()));
    }
}
