package dev.registrar.outbound;

import dev.registrar.model.Step;
import io.dropwizard.client.ssl.TlsConfiguration;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the calls to one service. Built with {@link OutboundClients#client}.
 *
 * @param baseUrl where it is, {@code http} or {@code https}, with the path all requests start with
 * @param deadline how long a call may last as a whole, from the wait for a connection to the last byte of the answer;
 *     default 30 s, for e-mail and SMS 10 s. Must end 500 ms before Temporal's start-to-close
 * @param localDeadline the same for a local attempt; default and most 2 s, because Temporal ends a local activity after 2.5 s
 * @param connectTimeout how long connecting, and then the TLS handshake, may take; default 1 s
 * @param credential the header that says who we are; default none
 * @param tls trust and key stores; default: the JDK's trust store, host names verified
 * @param pool the connections
 * @param breaker the circuit breakers
 * @param guarantees what the provider promises
 */
public record ServiceClientFactory(
        @NotNull URI baseUrl,

        @Nullable
        @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 299, unit = TimeUnit.SECONDS)
        Duration deadline,

        @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 2, unit = TimeUnit.SECONDS)
        Duration localDeadline,

        @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration connectTimeout,

        @Valid @Nullable CredentialFactory credential,
        @Valid @Nullable TlsConfiguration tls,
        @Valid PoolFactory pool,
        @Valid BreakerFactory breaker,
        @Valid GuaranteesConfiguration guarantees) {

    public ServiceClientFactory(
            URI baseUrl,
            @Nullable Duration deadline,
            @Nullable Duration localDeadline,
            @Nullable Duration connectTimeout,
            @Nullable CredentialFactory credential,
            @Nullable TlsConfiguration tls,
            @Nullable PoolFactory pool,
            @Nullable BreakerFactory breaker,
            @Nullable GuaranteesConfiguration guarantees) {
        this.baseUrl = baseUrl;
        this.deadline = deadline;
        this.localDeadline = localDeadline == null ? Duration.seconds(2) : localDeadline;
        this.connectTimeout = connectTimeout == null ? Duration.seconds(1) : connectTimeout;
        this.credential = credential;
        this.tls = tls;
        this.pool = pool == null ? PoolFactory.defaults() : pool;
        this.breaker = breaker == null ? BreakerFactory.defaults() : breaker;
        this.guarantees = guarantees == null ? GuaranteesConfiguration.DEFAULT : guarantees;
        // Absent is left to the validator, which names the path of the option.
        if (baseUrl != null && !isPlainHttp(baseUrl)) {
            throw new IllegalArgumentException(
                    "baseUrl: an http or https URL with a host, without user, query and fragment");
        }
    }

    /** All defaults but the place. */
    public static ServiceClientFactory at(URI baseUrl) {
        return new ServiceClientFactory(baseUrl, null, null, null, null, null, null, null, null);
    }

    /** The provider's name: what it is, and where. Another one knows nothing of what this one did. */
    public String providerName() {
        return "registrar@" + baseUrl.getHost();
    }

    /** The deadline of a call to this service, given or by default. */
    public java.time.Duration deadlineOf(Step service) {
        if (deadline != null) {
            return deadline.toJavaDuration();
        }
        boolean bestEffort = service == Step.EMAIL || service == Step.SMS;
        return java.time.Duration.ofSeconds(bestEffort ? 10 : 30);
    }

    private static boolean isPlainHttp(URI url) {
        return ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                && url.getHost() != null
                && url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null;
    }

    /**
     * Configuration of one service's connection pool.
     *
     * @param maxConnections most connections to the service; default 256, above the number of activities at once
     * @param perRoute most connections to one host and port; default {@code maxConnections}
     * @param keepAlive how long an idle connection is kept where the provider names no time; default 10 s, under the 15 s and
     *     more after which common servers close it
     * @param checkAfterIdle idle time after which a connection is checked before use; default 1 s, because the check costs up
     *     to 1 ms and a connection used a moment ago is hardly ever gone
     * @param leaseTimeout longest wait for a free connection; default 1 s. The call then counts as not sent
     */
    public record PoolFactory(
            @Min(1) @Max(10_000) Integer maxConnections,
            @Min(1) @Max(10_000) Integer perRoute,

            @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 1, unit = TimeUnit.HOURS)
            Duration keepAlive,

            @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 1, unit = TimeUnit.HOURS)
            Duration checkAfterIdle,

            @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 1, unit = TimeUnit.SECONDS)
            Duration leaseTimeout) {

        public PoolFactory(
                @Nullable Integer maxConnections,
                @Nullable Integer perRoute,
                @Nullable Duration keepAlive,
                @Nullable Duration checkAfterIdle,
                @Nullable Duration leaseTimeout) {
            this.maxConnections = maxConnections == null ? 256 : maxConnections;
            this.perRoute = perRoute == null ? this.maxConnections : perRoute;
            this.keepAlive = keepAlive == null ? Duration.seconds(10) : keepAlive;
            this.checkAfterIdle = checkAfterIdle == null ? Duration.seconds(1) : checkAfterIdle;
            this.leaseTimeout = leaseTimeout == null ? Duration.seconds(1) : leaseTimeout;
        }

        /** All defaults. */
        public static PoolFactory defaults() {
            return new PoolFactory(null, null, null, null, null);
        }
    }

    /**
     * Configuration of the circuit breakers of one service. Each group of operations has a breaker of its own with these
     * settings. A 4xx is a success for it, except those that count as failures: 401, 403, 404 (unless it is an
     * answer to the request), 405, 407, 408, 425 and 429. A call ended by the limit of a local attempt is neither.
     *
     * @param window how many of the last calls count; default 20
     * @param minimumCalls how many there must be before the breaker may open; default 10, at most {@code window}
     * @param failureRate percentage of failures at which it opens; default 50
     * @param slowRate percentage of slow calls at which it opens; default 90
     * @param slowAt when a call is slow, in percent of the service's deadline; default 80
     * @param openFor how long it lets nothing through; default 30 s
     * @param probes how many calls it lets through afterwards before it decides; default 3
     * @param probesFor how long it waits for them before it opens again; default 60 s
     */
    public record BreakerFactory(
            @Min(1) @Max(10_000) Integer window,
            @Min(1) @Max(10_000) Integer minimumCalls,
            @Min(1) @Max(100) Integer failureRate,
            @Min(1) @Max(100) Integer slowRate,
            @Min(1) @Max(100) Integer slowAt,

            @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 10, unit = TimeUnit.MINUTES)
            Duration openFor,

            @Min(1) @Max(100) Integer probes,

            @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 10, unit = TimeUnit.MINUTES)
            Duration probesFor) {

        public BreakerFactory(
                @Nullable Integer window,
                @Nullable Integer minimumCalls,
                @Nullable Integer failureRate,
                @Nullable Integer slowRate,
                @Nullable Integer slowAt,
                @Nullable Duration openFor,
                @Nullable Integer probes,
                @Nullable Duration probesFor) {
            this.window = window == null ? 20 : window;
            this.minimumCalls = minimumCalls == null ? Math.min(10, this.window) : minimumCalls;
            this.failureRate = failureRate == null ? 50 : failureRate;
            this.slowRate = slowRate == null ? 90 : slowRate;
            this.slowAt = slowAt == null ? 80 : slowAt;
            this.openFor = openFor == null ? Duration.seconds(30) : openFor;
            this.probes = probes == null ? 3 : probes;
            this.probesFor = probesFor == null ? Duration.seconds(60) : probesFor;
            if (this.minimumCalls > this.window) {
                throw new IllegalArgumentException("breaker: minimumCalls is larger than window, it would never open");
            }
        }

        /** All defaults. */
        public static BreakerFactory defaults() {
            return new BreakerFactory(null, null, null, null, null, null, null, null);
        }

        CircuitBreakerConfig build(java.time.Duration deadline, Clock clock) {
            return CircuitBreakerConfig.custom()
                    .slidingWindowType(SlidingWindowType.COUNT_BASED)
                    .slidingWindowSize(window)
                    .minimumNumberOfCalls(minimumCalls)
                    .failureRateThreshold(failureRate)
                    .slowCallRateThreshold(slowRate)
                    .slowCallDurationThreshold(deadline.multipliedBy(slowAt).dividedBy(100))
                    .waitDurationInOpenState(openFor.toJavaDuration())
                    .permittedNumberOfCallsInHalfOpenState(probes)
                    .maxWaitDurationInHalfOpenState(probesFor.toJavaDuration())
                    .automaticTransitionFromOpenToHalfOpenEnabled(true)
                    .clock(clock)
                    .build();
        }
    }

    /**
     * What a provider behind the documented wire protocol promises; only options that have a meaning for the service may be
     * given.
     *
     * @param dedupesFor for how long the same idempotency key has one effect; default 24 h, {@code 0 s}: not at all
     * @param finds whether what was done is found by key, reference or user; default true (profile and payment)
     * @param lag how late a lookup may show an effect; default 0 s (payment)
     * @param voids whether a void prevents every later charge under its key; default true (payment)
     */
    public record GuaranteesConfiguration(
            @Nullable @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS)
            Duration dedupesFor,

            @Nullable Boolean finds,

            @Nullable @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS)
            Duration lag,

            @Nullable Boolean voids) {

        static final GuaranteesConfiguration DEFAULT = new GuaranteesConfiguration(null, null, null, null);

        public java.time.Duration dedupesForOrDefault() {
            return dedupesFor == null ? java.time.Duration.ofHours(24) : dedupesFor.toJavaDuration();
        }

        public boolean findsOrDefault() {
            return finds == null || finds;
        }

        public java.time.Duration lagOrDefault() {
            return lag == null ? java.time.Duration.ZERO : lag.toJavaDuration();
        }

        public boolean voidsOrDefault() {
            return voids == null || voids;
        }
    }
}
