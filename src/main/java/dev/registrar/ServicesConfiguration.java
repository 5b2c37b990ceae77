package dev.registrar;

import dev.registrar.model.Step;
import dev.registrar.outbound.ServiceClientFactory;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/** The section {@code services}: where each provider is and how it is called. All four are needed. */
public record ServicesConfiguration(
        @NotNull @Valid ServiceClientFactory profile,
        @NotNull @Valid ServiceClientFactory payment,
        @NotNull @Valid ServiceClientFactory email,
        @NotNull @Valid ServiceClientFactory sms) {

    /** The longest whole call to a critical provider. */
    Duration longestCriticalCall() {
        Duration toProfile = profile.deadlineOf(Step.PROFILE);
        Duration toPayment = payment.deadlineOf(Step.PAYMENT);
        return toProfile.compareTo(toPayment) > 0 ? toProfile : toPayment;
    }
}
