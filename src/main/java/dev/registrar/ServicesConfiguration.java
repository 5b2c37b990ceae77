package dev.registrar;

import dev.registrar.model.ProviderNames;
import dev.registrar.model.Step;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.outbound.ServiceClientFactory.GuaranteesConfiguration;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.profile.UserProfiles.ProfileGuarantees;
import io.dropwizard.validation.selfvalidating.SelfValidating;
import io.dropwizard.validation.selfvalidating.SelfValidation;
import io.dropwizard.validation.selfvalidating.ViolationCollector;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The section {@code services}: where each provider is and how it is called. All four are needed. */
@SelfValidating
public record ServicesConfiguration(
        @NotNull @Valid ServiceClientFactory profile,
        @NotNull @Valid ServiceClientFactory payment,
        @NotNull @Valid ServiceClientFactory email,
        @NotNull @Valid ServiceClientFactory sms) {

    /** What the gateway promises, given or by default. */
    PaymentGuarantees paymentGuarantees() {
        GuaranteesConfiguration given = payment.guarantees();
        return new PaymentGuarantees(
                given.dedupesForOrDefault(), given.findsOrDefault(), given.lagOrDefault(), given.voidsOrDefault());
    }

    /** Which providers act for registrations that are accepted now. */
    ProviderNames providers() {
        return new ProviderNames(payment.providerName(), profile.providerName());
    }

    /** What the profile API promises, given or by default. */
    ProfileGuarantees profileGuarantees() {
        return new ProfileGuarantees(
                profile.guarantees().dedupesForOrDefault(), profile.guarantees().findsOrDefault());
    }

    MessageGuarantees emailGuarantees() {
        return new MessageGuarantees(email.guarantees().dedupesForOrDefault());
    }

    MessageGuarantees smsGuarantees() {
        return new MessageGuarantees(sms.guarantees().dedupesForOrDefault());
    }

    /** A gateway that neither deduplicates nor finds leaves every lost answer open for good: such a one is refused. */
    @SelfValidation
    @SuppressWarnings("NullAway") // validated together with the sections, which may be absent then
    public void checkGuarantees(ViolationCollector violations) {
        if (payment != null && !paymentGuarantees().usable()) {
            violations.addViolation(
                    "payment.guarantees", "a payment provider must deduplicate by key or find payments, or both");
        }
        refuse(violations, "profile", profile, false);
        refuse(violations, "email", email, true);
        refuse(violations, "sms", sms, true);
    }

    private static void refuse(
            ViolationCollector violations, String name, @Nullable ServiceClientFactory service, boolean message) {
        if (service == null) {
            return;
        }
        GuaranteesConfiguration given = service.guarantees();
        if (given.voids() != null || given.lag() != null || (message && given.finds() != null)) {
            violations.addViolation(
                    name + ".guarantees", message ? "only dedupesFor applies" : "only dedupesFor and finds apply");
        }
    }

    /** The longest whole call to a critical provider. */
    Duration longestCriticalCall() {
        Duration toProfile = profile.deadlineOf(Step.PROFILE);
        Duration toPayment = payment.deadlineOf(Step.PAYMENT);
        return toProfile.compareTo(toPayment) > 0 ? toProfile : toPayment;
    }
}
