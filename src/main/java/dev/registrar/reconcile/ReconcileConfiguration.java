package dev.registrar.reconcile;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code reconcile}: the comparison of registrations with providers and accounts.
 *
 * @param enabled whether a timer compares by itself, writing rows; default false. Operators can always compare.
 * @param repair how mismatches are handled; default {@code rows}
 * @param every how often the timer compares, at multiples of this since 1970-01-01T00:00Z; default 24 h: at midnight
 *     UTC
 * @param window how long before that a registration was created or ended to be compared; default 26 h, so that windows
 *     overlap by more than a registration usually takes
 * @param rate registrations compared per second, by timer and operators; default 5, each costs three lookups
 * @param limit maximum registrations that the timer compares in one window; default 100000
 */
public record ReconcileConfiguration(
        @NotNull Boolean enabled,
        @NotNull Repair repair,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration every,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration window,

        @NotNull @DecimalMin("0.01") @DecimalMax("1000") BigDecimal rate,
        @NotNull @Min(1) Integer limit) {

    /** How mismatches are handled. */
    public enum Repair {
        /** Undo rows are opened, for the next automatic retry or an operator. */
        @JsonProperty("rows")
        ROWS,
        /** The rows are also tried at once. */
        @JsonProperty("automatic")
        AUTOMATIC
    }

    private static final double MILLIS = 1_000;

    public ReconcileConfiguration(
            @Nullable Boolean enabled,
            @Nullable Repair repair,
            @Nullable Duration every,
            @Nullable Duration window,
            @Nullable BigDecimal rate,
            @Nullable Integer limit) {
        this.enabled = enabled != null && enabled;
        this.repair = repair == null ? Repair.ROWS : repair;
        this.every = every == null ? Duration.hours(24) : every;
        this.window = window == null ? Duration.hours(26) : window;
        this.rate = rate == null ? BigDecimal.valueOf(5) : rate;
        this.limit = limit == null ? 100_000 : limit;
    }

    public static ReconcileConfiguration defaults() {
        return new ReconcileConfiguration(null, null, null, null, null, null);
    }

    @ValidationMethod(message = "window must not be shorter than every: what lies between would never be compared")
    boolean isWithoutGaps() {
        return window.toMilliseconds() >= every.toMilliseconds();
    }

    /** The pause between two registrations. */
    java.time.Duration pause() {
        return java.time.Duration.ofMillis(Math.round(MILLIS / rate.doubleValue()));
    }
}
