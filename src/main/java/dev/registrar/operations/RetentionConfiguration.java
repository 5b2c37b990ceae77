package dev.registrar.operations;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code retention}: after what time rows go by themselves. What has not ended never goes.
 *
 * @param idempotencyKeys after acceptance the client's key is forgotten; default 30 days, at least one day
 * @param endedRegistrations after its end a registration goes with its undo work, resends and comparisons; default never, at
 *     least 30 days. The account stays
 * @param audit after which an entry of the audit log goes; default never, at least 90 days, which the database also holds
 * @param every how often each instance looks; default and at most 5 min, so that one that stands still is noticed
 */
public record RetentionConfiguration(
        @NotNull @MinDuration(value = 1, unit = TimeUnit.DAYS)
        Duration idempotencyKeys,

        @Nullable @MinDuration(value = 30, unit = TimeUnit.DAYS)
        Duration endedRegistrations,

        @Nullable @MinDuration(value = 90, unit = TimeUnit.DAYS)
        Duration audit,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.SECONDS) @MaxDuration(value = 5, unit = TimeUnit.MINUTES)
        Duration every) {

    public RetentionConfiguration(
            @Nullable Duration idempotencyKeys,
            @Nullable Duration endedRegistrations,
            @Nullable Duration audit,
            @Nullable Duration every) {
        this.idempotencyKeys = idempotencyKeys == null ? Duration.days(30) : idempotencyKeys;
        this.endedRegistrations = endedRegistrations;
        this.audit = audit;
        this.every = every == null ? Duration.minutes(5) : every;
    }

    /** All defaults. */
    public static RetentionConfiguration defaults() {
        return new RetentionConfiguration(null, null, null, null);
    }
}
