package dev.registrar.registration;

import dev.registrar.call.CallPolicy;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentGuarantees;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.selfvalidating.SelfValidating;
import io.dropwizard.validation.selfvalidating.SelfValidation;
import io.dropwizard.validation.selfvalidating.ViolationCollector;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code registration}: how registrations are run.
 *
 * @param policies how each service is called
 * @param settleAfter time between the two lookups that prove an absence; default 60 s
 * @param keyWindow how long the gateway surely remembers a charge's key; default 20 h (gateways promise 24 h)
 * @param lateChargeWatch when, after the end, a payment found absent is looked up again; default 10 min and 24 h
 * @param maxAmount the most that one registration may charge, in units of its currency; default 1000000
 * @param emailTemplate name and version of the welcome e-mail; default welcome-email-1
 * @param smsTemplate name and version of the welcome SMS; default welcome-sms-1
 * @param startWithin how long an accepted request may try to start its workflow before the answer is given; default
 *     1500 ms
 * @param sweepInterval how often each instance looks for registrations whose workflow is lost; default 5 s
 * @param sweepAfter how old a registration is before the sweeper looks at it; default 10 s, because a request may still
 *     be starting it
 * @param recheckAfter how long the sweeper leaves a registration alone that it found running; default 30 s
 * @param sweepLimit registrations looked at in one sweep; default 200
 */
@SelfValidating
public record RegistrationConfiguration(
        @NotNull @Valid PoliciesConfiguration policies,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration settleAfter,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration keyWindow,

        @NotNull @Size(min = 1, max = 10)
        List<@MinDuration(value = 1, unit = TimeUnit.SECONDS) Duration> lateChargeWatch,

        @NotNull @Positive BigDecimal maxAmount,
        @NotNull @Pattern(regexp = "[a-z0-9-]{1,64}") String emailTemplate,
        @NotNull @Pattern(regexp = "[a-z0-9-]{1,64}") String smsTemplate,

        @NotNull @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        Duration startWithin,

        @NotNull @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        Duration sweepInterval,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration sweepAfter,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration recheckAfter,

        @NotNull @Min(1) Integer sweepLimit) {

    public RegistrationConfiguration {
        policies = policies == null ? PoliciesConfiguration.DEFAULT : policies;
        settleAfter = settleAfter == null ? Duration.seconds(60) : settleAfter;
        keyWindow = keyWindow == null ? Duration.hours(20) : keyWindow;
        lateChargeWatch = lateChargeWatch == null
                ? List.of(Duration.minutes(10), Duration.hours(24))
                : List.copyOf(lateChargeWatch);
        maxAmount = maxAmount == null ? BigDecimal.valueOf(1_000_000) : maxAmount;
        emailTemplate = emailTemplate == null ? "welcome-email-1" : emailTemplate;
        smsTemplate = smsTemplate == null ? "welcome-sms-1" : smsTemplate;
        startWithin = startWithin == null ? Duration.milliseconds(1_500) : startWithin;
        sweepInterval = sweepInterval == null ? Duration.seconds(5) : sweepInterval;
        sweepAfter = sweepAfter == null ? Duration.seconds(10) : sweepAfter;
        recheckAfter = recheckAfter == null ? Duration.seconds(30) : recheckAfter;
        sweepLimit = sweepLimit == null ? 200 : sweepLimit;
    }

    /** Looks at the policies as they will be used: one of the two may be given and the other left to its default. */
    @SelfValidation
    public void checkIntervals(ViolationCollector violations) {
        Policies all = snapshot(java.time.Duration.ZERO, null);
        for (Step step : Step.values()) {
            checkIntervals(violations, step.code(), all.of(step));
        }
        checkIntervals(violations, "lookup", all.lookup());
        checkIntervals(violations, "undo", all.undo());
    }

    private static void checkIntervals(ViolationCollector violations, String name, CallPolicy policy) {
        if (policy.firstInterval().compareTo(policy.maxInterval()) > 0) {
            violations.addViolation("policies." + name, "maxInterval must not be shorter than firstInterval");
        }
    }

    /** The shortest start-to-close of the activities that call this service. */
    public java.time.Duration startToCloseOf(Step service) {
        Policies all = snapshot(java.time.Duration.ZERO, null);
        boolean critical = service != Step.EMAIL && service != Step.SMS;
        Stream<CallPolicy> calling =
                critical ? Stream.of(all.of(service), all.lookup(), all.undo()) : Stream.of(all.of(service));
        return calling.map(CallPolicy::startToClose)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** @param callDeadline the longest whole call to a critical provider */
    Policies snapshot(java.time.Duration callDeadline, @Nullable PaymentGuarantees gateway) {
        return new Policies(
                PoliciesConfiguration.of(policies.profile(), PolicyConfiguration.EXTERNAL),
                PoliciesConfiguration.of(policies.payment(), PolicyConfiguration.EXTERNAL),
                PoliciesConfiguration.of(policies.database(), PolicyConfiguration.INTERNAL),
                PoliciesConfiguration.of(policies.email(), PolicyConfiguration.INTERNAL),
                PoliciesConfiguration.of(policies.sms(), PolicyConfiguration.INTERNAL),
                PoliciesConfiguration.of(policies.lookup(), PolicyConfiguration.LOOKUP),
                PoliciesConfiguration.of(policies.undo(), PolicyConfiguration.UNDO),
                callDeadline,
                settleAfter.toJavaDuration(),
                lateChargeWatch.stream().map(Duration::toJavaDuration).toList(),
                gateway);
    }
}
