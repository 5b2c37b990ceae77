package dev.registrar.registration;

import dev.registrar.call.CallPolicy;
import dev.registrar.call.LocalAttempts;
import dev.registrar.model.Money;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Release;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RequestData;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates the input of a registration's workflow: the request and a snapshot of the policies. Thread-safe. */
public final class RegistrationInputFactory {

    private final RegistrationConfiguration configuration;
    private final Policies policies;
    private final PaymentGuarantees gateway;
    private final ProviderNames providers;
    private final LocalAttempts localAttempts;
    private final Messengers messengers;
    private final Release features;

    /**
     * @param callDeadline the longest whole call to a critical provider
     * @param gateway what the payment gateway promises
     * @param providers those that are configured
     * @param messengers those that are configured
     * @param features the release that no running instance is older than
     */
    public RegistrationInputFactory(
            RegistrationConfiguration configuration,
            Duration callDeadline,
            PaymentGuarantees gateway,
            ProviderNames providers,
            LocalAttempts localAttempts,
            Messengers messengers,
            Release features) {
        this.features = features;
        this.messengers = messengers;
        this.gateway = gateway;
        this.providers = providers;
        this.configuration = configuration;
        this.policies = configuration.snapshot(callDeadline, gateway);
        this.localAttempts = localAttempts;
    }

    /** The configured policies, regardless of how local attempts have gone. */
    public Policies policies() {
        return policies;
    }

    /** Those that act for a registration that is accepted now. */
    ProviderNames providers() {
        return providers;
    }

    /** For the run that the request itself starts. */
    RegistrationInput first(RegistrationId id, RequestData request, Instant createdAt, List<RegistrationId> earlier) {
        String userId = request.userProfile().userId();
        return input(new Row(id, 1, userId, request.payment().amount(), request, createdAt, null, earlier, providers));
    }

    /**
     * The row's part of a run's input.
     *
     * @param closedAs how it is meant to end, if the previous run was ended from Temporal's side
     */
    record Row(
            RegistrationId id,
            int run,
            String userId,
            Money price,
            @Nullable RequestData request,
            Instant createdAt,
            @Nullable RegistrationStatus closedAs,
            List<RegistrationId> earlier,
            ProviderNames providers) {}

    RegistrationInput input(Row row) {
        return new RegistrationInput(
                row.id(),
                row.run(),
                row.userId(),
                row.price(),
                row.request(),
                snapshot(),
                row.createdAt().plus(keyWindow()),
                messengers.emailTemplate(),
                messengers.smsTemplate(),
                row.closedAs(),
                row.earlier(),
                row.providers(),
                row.createdAt(),
                features);
    }

    private Duration keyWindow() {
        Duration configured = configuration.keyWindow().toJavaDuration();
        boolean shorter = !gateway.dedupesFor().isZero() && gateway.dedupesFor().compareTo(configured) < 0;
        return shorter ? gateway.dedupesFor() : configured;
    }

    /** Starts services whose local attempts time out in durable mode for a while: decided here, not in the workflow. */
    private Policies snapshot() {
        return new Policies(
                current("CreateUserProfile", policies.profile()),
                current("ProcessPayment", onceIfNotDeduped(policies.payment())),
                current("SaveUserData", policies.database()),
                current("SendWelcomeEmail", onceIfNotRepeatable(policies.email(), messengers.emails())),
                current("SendSms", onceIfNotRepeatable(policies.sms(), messengers.texts())),
                policies.lookup(),
                policies.undo(),
                policies.callDeadline(),
                policies.settleAfter(),
                policies.gateway(),
                messengers.emails(),
                messengers.texts());
    }

    private CallPolicy current(String activityType, CallPolicy policy) {
        return policy.withMode(localAttempts.mode(activityType, policy.mode()));
    }

    /**
     * If the gateway ignores keys, a charge gets a single, durable attempt, whose result cannot be lost and repeated.
     */
    private CallPolicy onceIfNotDeduped(CallPolicy policy) {
        return gateway.dedupesFor().isZero() ? policy.durable().withAttempts(1) : policy;
    }

    /** The same for a message; if repeats are allowed, it is at least not lost with a workflow task. */
    private static CallPolicy onceIfNotRepeatable(CallPolicy policy, MessageGuarantees messenger) {
        if (messenger.dedupes()) {
            return policy;
        }
        return messenger.resends() ? policy.durable() : policy.durable().withAttempts(1);
    }
}
