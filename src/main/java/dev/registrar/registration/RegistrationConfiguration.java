package dev.registrar.registration;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.call.CallPolicy;
import dev.registrar.dispatch.Dispatcher;
import dev.registrar.model.Currencies;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.store.AttendSchedule;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.selfvalidating.SelfValidating;
import io.dropwizard.validation.selfvalidating.SelfValidation;
import io.dropwizard.validation.selfvalidating.ViolationCollector;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code registration}: how registrations are run.
 *
 * @param policies how each service is called
 * @param settleAfter time between the two lookups that prove an absence; default 60 s
 * @param keyWindow how long the gateway is certain to remember a charge's key; default 20 h (gateways promise 24 h)
 * @param lateChargeWatch when, after the end, an absent payment is looked up again; default 10 min and 24 h
 * @param maxAmount the most that one registration may charge, in units of its currency, unless {@code maxAmounts} names the
 *     currency; default 1000000
 * @param maxAmounts the same by currency, for example {@code JPY: 150000000}; default none
 * @param emailTemplate name and version of the welcome e-mail; default welcome-email-1
 * @param smsTemplate name and version of the welcome SMS; default welcome-sms-1
 * @param refundWatch when a proved refund is checked again; default 1, 7 and 30 days
 * @param retryUndo how often open undo rows are retried automatically
 * @param dispatchInterval how often each instance looks for due registrations, unless it is woken; default 1 s
 * @param firstCheck how long after acceptance a registration is checked, in case its start was lost; default 10 s
 * @param checkEvery how often an active run is checked, one that lasts down to an eighth as often; default 30 s
 * @param startsPerSecond maximum runs started by one instance per second; default 100
 * @param maxBacklog most live registrations over all instances, beyond which new ones are refused; 0 for no limit; default
 *     10000
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
        @NotNull Map<String, @NotNull @Positive BigDecimal> maxAmounts,
        @NotNull @Pattern(regexp = "[a-z0-9-]{1,64}") String emailTemplate,
        @NotNull @Pattern(regexp = "[a-z0-9-]{1,64}") String smsTemplate,

        @NotNull @Size(max = 10) List<@MinDuration(value = 1, unit = TimeUnit.SECONDS) Duration> refundWatch,

        @NotNull @Valid RetryConfiguration retryUndo,

        @NotNull @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        Duration dispatchInterval,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration firstCheck,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration checkEvery,

        @NotNull @Min(1) @Max(10_000) Integer startsPerSecond,
        @NotNull @Min(0) Integer maxBacklog) {

    /**
     * The section {@code retryUndo}.
     *
     * @param first wait before the first automatic try; default 5 min
     * @param factor growth of the wait from one try to the next; default 3.0
     * @param max longest wait; default 6 h
     * @param within after this only an operator's command retries; named {@code for}, default 7 days
     */
    public record RetryConfiguration(
            @NotNull @MinDuration(value = 1, unit = TimeUnit.SECONDS)
            Duration first,

            @NotNull @DecimalMin("1.0") @DecimalMax("10.0") Double factor,

            @NotNull @MinDuration(value = 1, unit = TimeUnit.SECONDS)
            Duration max,

            @JsonProperty("for") @NotNull @MinDuration(value = 0, unit = TimeUnit.SECONDS)
            Duration within) {

        static final RetryConfiguration DEFAULT =
                new RetryConfiguration(Duration.minutes(5), 3.0, Duration.hours(6), Duration.days(7));

        public RetryConfiguration {
            first = first == null ? Duration.minutes(5) : first;
            factor = factor == null ? Double.valueOf(3.0) : factor;
            max = max == null ? Duration.hours(6) : max;
            within = within == null ? Duration.days(7) : within;
        }
    }

    public RegistrationConfiguration {
        policies = policies == null ? PoliciesConfiguration.DEFAULT : policies;
        settleAfter = settleAfter == null ? Duration.seconds(60) : settleAfter;
        keyWindow = keyWindow == null ? Duration.hours(20) : keyWindow;
        lateChargeWatch = lateChargeWatch == null
                ? List.of(Duration.minutes(10), Duration.hours(24))
                : List.copyOf(lateChargeWatch);
        maxAmount = maxAmount == null ? BigDecimal.valueOf(1_000_000) : maxAmount;
        maxAmounts = maxAmounts == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(maxAmounts));
        emailTemplate = emailTemplate == null ? "welcome-email-1" : emailTemplate;
        smsTemplate = smsTemplate == null ? "welcome-sms-1" : smsTemplate;
        refundWatch = refundWatch == null
                ? List.of(Duration.days(1), Duration.days(7), Duration.days(30))
                : List.copyOf(refundWatch);
        retryUndo = retryUndo == null ? RetryConfiguration.DEFAULT : retryUndo;
        dispatchInterval = dispatchInterval == null ? Duration.seconds(1) : dispatchInterval;
        firstCheck = firstCheck == null ? Duration.seconds(10) : firstCheck;
        checkEvery = checkEvery == null ? Duration.seconds(30) : checkEvery;
        startsPerSecond = startsPerSecond == null ? Integer.valueOf(100) : startsPerSecond;
        maxBacklog = maxBacklog == null ? Integer.valueOf(10_000) : maxBacklog;
    }

    /** The most that one registration may charge in this currency, in units of it. */
    public BigDecimal maxAmountIn(String currency) {
        return maxAmounts.getOrDefault(currency, maxAmount);
    }

    @SelfValidation
    public void checkCurrencies(ViolationCollector violations) {
        maxAmounts.keySet().stream()
                .filter(code -> Currencies.minorUnit(code).isEmpty())
                .forEach(code -> violations.addViolation("maxAmounts." + code, "is no ISO 4217 currency with amounts"));
    }

    /** When registrations are attended to again. */
    public AttendSchedule attendSchedule() {
        return new AttendSchedule(
                firstCheck.toJavaDuration(),
                checkEvery.toJavaDuration(),
                lateChargeWatch.stream().map(Duration::toJavaDuration).toList(),
                refundWatch.stream().map(Duration::toJavaDuration).toList(),
                new AttendSchedule.Retry(
                        retryUndo.first().toJavaDuration(),
                        retryUndo.factor(),
                        retryUndo.max().toJavaDuration(),
                        retryUndo.within().toJavaDuration()));
    }

    /** How this instance dispatches. */
    public Dispatcher.Settings dispatching() {
        return new Dispatcher.Settings(dispatchInterval.toJavaDuration(), checkEvery.toJavaDuration(), startsPerSecond);
    }

    /** Checks the effective policies: one of the two intervals may be given and the other defaulted. */
    @SelfValidation
    public void checkIntervals(ViolationCollector violations) {
        Policies all = snapshot(java.time.Duration.ZERO, null);
        for (Step step : Step.values()) {
            checkIntervals(violations, step.code(), all.of(step));
        }
        checkIntervals(violations, "lookup", all.lookup());
        checkIntervals(violations, "undo", all.undo());
        if (retryUndo.first().compareTo(retryUndo.max()) > 0) {
            violations.addViolation("retryUndo", "max must not be shorter than first");
        }
    }

    /** Each time is counted from the same moment. */
    @SelfValidation
    public void checkOrder(ViolationCollector violations) {
        checkOrder(violations, "lateChargeWatch", lateChargeWatch);
        checkOrder(violations, "refundWatch", refundWatch);
    }

    private static void checkOrder(ViolationCollector violations, String name, List<Duration> times) {
        if (!times.equals(times.stream().sorted().distinct().toList())) {
            violations.addViolation(name, "must be in ascending order, each once");
        }
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
                gateway,
                null,
                null);
    }

    /**
     * The section {@code registration.policies}: one block per service; an omitted block takes the defaults of its
     * kind.
     *
     * @param profile external
     * @param payment external
     * @param database internal
     * @param email internal
     * @param sms internal
     * @param lookup lookups at a provider
     * @param undo refund, delete account, delete profile
     */
    public record PoliciesConfiguration(
            @Nullable @Valid PolicyConfiguration profile,
            @Nullable @Valid PolicyConfiguration payment,
            @Nullable @Valid PolicyConfiguration database,
            @Nullable @Valid PolicyConfiguration email,
            @Nullable @Valid PolicyConfiguration sms,
            @Nullable @Valid PolicyConfiguration lookup,
            @Nullable @Valid PolicyConfiguration undo) {

        static final PoliciesConfiguration DEFAULT =
                new PoliciesConfiguration(null, null, null, null, null, null, null);

        static CallPolicy of(@Nullable PolicyConfiguration configured, PolicyConfiguration defaults) {
            return (configured == null ? defaults : configured).orElse(defaults);
        }
    }
}
