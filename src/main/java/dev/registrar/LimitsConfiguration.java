package dev.registrar;

import dev.registrar.access.RateLimits.RateLimitsConfiguration;
import dev.registrar.api.RequestLimits;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/**
 * The section {@code limits}: how much anybody can ask of the service, and how much it takes on at once.
 *
 * @param concurrentRequests requests that hold a thread of the application port at a time, a body that is being read
 *     included; further ones get 503. Below {@code server.maxThreads}; default 512
 * @param waitingRequests requests with {@code Prefer: wait} that wait at a time; further ones are answered 202 without
 *     waiting. Default 5000
 * @param rate rates; default none
 * @param request what a request may take on its way in
 */
public record LimitsConfiguration(
        @NotNull @Min(1) @Max(100_000) Integer concurrentRequests,
        @NotNull @Min(0) @Max(1_000_000) Integer waitingRequests,
        @NotNull @Valid RateLimitsConfiguration rate,
        @NotNull @Valid RequestLimits request) {

    @SuppressWarnings("ConstantValue") // what the file leaves out is null
    public LimitsConfiguration {
        concurrentRequests = concurrentRequests == null ? Integer.valueOf(512) : concurrentRequests;
        waitingRequests = waitingRequests == null ? Integer.valueOf(5_000) : waitingRequests;
        rate = rate == null ? RateLimitsConfiguration.none() : rate;
        request = request == null ? RequestLimits.defaults() : request;
    }

    @SuppressWarnings("NullAway") // as a file that leaves all out
    static LimitsConfiguration defaults() {
        return new LimitsConfiguration(null, null, null, null);
    }
}
