package dev.registrar;

import dev.registrar.model.ProviderNames;
import dev.registrar.model.Step;
import dev.registrar.notification.EmailFactory;
import dev.registrar.notification.SmsFactory;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.operations.ServiceOverview;
import dev.registrar.outbound.ProviderFactory;
import dev.registrar.payment.PaymentFactory;
import dev.registrar.profile.ProfileFactory;
import dev.registrar.registration.Messengers;
import dev.registrar.registration.RegistrationConfiguration;
import io.dropwizard.validation.selfvalidating.SelfValidating;
import io.dropwizard.validation.selfvalidating.SelfValidation;
import io.dropwizard.validation.selfvalidating.ViolationCollector;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The section {@code services}: the providers, their addresses and how they are called. All four are required. */
@SelfValidating
public record ServicesConfiguration(
        @NotNull @Valid ProfileFactory profile,
        @NotNull @Valid PaymentFactory payment,
        @NotNull @Valid EmailFactory email,
        @NotNull @Valid SmsFactory sms) {

    /** By the service's name in the configuration. */
    Map<String, ProviderFactory> all() {
        Map<String, ProviderFactory> all = new LinkedHashMap<>();
        all.put("profile", profile);
        all.put("payment", payment);
        all.put("email", email);
        all.put("sms", sms);
        return all;
    }

    /** The provider of this service; null for the database, which is our own. */
    @Nullable
    ProviderFactory of(Step service) {
        return all().get(service.code());
    }

    /** As operators see them. */
    Map<Step, ServiceOverview.Provider> shown() {
        Map<Step, ServiceOverview.Provider> shown = new LinkedHashMap<>();
        all().forEach((service, provider) ->
                shown.put(Step.of(service), new ServiceOverview.Provider(provider.type(), provider.providerName())));
        return shown;
    }

    /** Which providers act for registrations that are accepted now. */
    ProviderNames providers() {
        return new ProviderNames(payment.providerName(), profile.providerName());
    }

    /** What the message providers promise for registrations that are accepted now. */
    Messengers messengers(RegistrationConfiguration registration, TemplateCatalog templates) {
        return new Messengers(
                email.guarantees(),
                sms.guarantees(),
                email.keepsTemplates() ? registration.emailTemplate() : templates.currentVersion(),
                sms.keepsTemplates() ? registration.smsTemplate() : templates.currentVersion());
    }

    /** Refuses a gateway that neither deduplicates nor finds: every lost answer would stay open for good. */
    @SelfValidation
    @SuppressWarnings("NullAway") // validated together with the sections, which may be absent then
    public void checkGuarantees(ViolationCollector violations) {
        if (payment != null && !payment.guarantees().usable()) {
            violations.addViolation(
                    "payment.guarantees", "a payment provider must deduplicate by key or find payments, or both");
        }
    }

    /** The longest whole call to a critical provider. */
    Duration longestCriticalCall() {
        Duration toProfile = profile.deadlineOf(Step.PROFILE);
        Duration toPayment = payment.deadlineOf(Step.PAYMENT);
        return toProfile.compareTo(toPayment) > 0 ? toProfile : toPayment;
    }
}
