package dev.registrar.registration;

import dev.registrar.call.CallPolicy;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How one service is called. Omitted options take the defaults of the service's kind.
 *
 * @param mode {@code local-first} or {@code durable}; default local-first for the five steps
 * @param startToClose how long one durable attempt may last
 * @param firstInterval wait before the second attempt
 * @param maxInterval longest wait between two attempts
 * @param factor growth of the wait, 1.0 to 10.0
 * @param attempts calls in all, 1 to 100
 * @param patience how long to wait in all for an open breaker and {@code Retry-After}
 */
public record PolicyConfiguration(
        CallPolicy.@Nullable Mode mode,

        @Nullable @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration startToClose,

        @Nullable @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
        Duration firstInterval,

        @Nullable @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
        Duration maxInterval,

        @Nullable @DecimalMin("1.0") @DecimalMax("10.0") Double factor,
        @Nullable @Min(1) @Max(100) Integer attempts,

        @Nullable @MinDuration(value = 0, unit = TimeUnit.SECONDS)
        Duration patience) {

    /** Profile and payment: 5 min, 2 s … 1 min × 2.0, 5 attempts, 1 h of patience. */
    static final PolicyConfiguration EXTERNAL = new PolicyConfiguration(
            CallPolicy.Mode.LOCAL_FIRST,
            Duration.minutes(5),
            Duration.seconds(2),
            Duration.minutes(1),
            2.0,
            5,
            Duration.hours(1));

    /** Database, e-mail and SMS: 2 min, 1 s … 30 s × 1.5, 3 attempts, 1 min of patience. */
    static final PolicyConfiguration INTERNAL = new PolicyConfiguration(
            CallPolicy.Mode.LOCAL_FIRST,
            Duration.minutes(2),
            Duration.seconds(1),
            Duration.seconds(30),
            1.5,
            3,
            Duration.minutes(1));

    /** Lookups: the external back-off, 5 attempts, 10 min of patience. */
    static final PolicyConfiguration LOOKUP = new PolicyConfiguration(
            CallPolicy.Mode.DURABLE,
            Duration.minutes(5),
            Duration.seconds(2),
            Duration.minutes(1),
            2.0,
            5,
            Duration.minutes(10));

    /** Refund and deletes: 5 min, 2 s … 1 min × 2.0, 10 attempts, 10 min of patience. */
    static final PolicyConfiguration UNDO = new PolicyConfiguration(
            CallPolicy.Mode.DURABLE,
            Duration.minutes(5),
            Duration.seconds(2),
            Duration.minutes(1),
            2.0,
            10,
            Duration.minutes(10));

    /** The policy, with these defaults for omitted options. */
    CallPolicy orElse(PolicyConfiguration defaults) {
        return new CallPolicy(
                first(mode, defaults.mode),
                first(startToClose, defaults.startToClose).toJavaDuration(),
                first(firstInterval, defaults.firstInterval).toJavaDuration(),
                first(maxInterval, defaults.maxInterval).toJavaDuration(),
                first(factor, defaults.factor),
                first(attempts, defaults.attempts),
                first(patience, defaults.patience).toJavaDuration());
    }

    private static <T> T first(@Nullable T configured, @Nullable T byDefault) {
        if (configured != null) {
            return configured;
        }
        if (byDefault == null) {
            throw new IllegalStateException("a default policy leaves something out");
        }
        return byDefault;
    }
}
