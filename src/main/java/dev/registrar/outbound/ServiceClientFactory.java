package dev.registrar.outbound;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import dev.registrar.model.UrlRules;
import io.dropwizard.client.ssl.TlsConfiguration;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.selfvalidating.SelfValidating;
import io.dropwizard.validation.selfvalidating.SelfValidation;
import io.dropwizard.validation.selfvalidating.ViolationCollector;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the calls to one service over HTTP: the common part of the sections of all such providers. Built
 * with {@link OutboundClients#client}. Changed only while the configuration is read.
 */
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
@SelfValidating
public abstract class ServiceClientFactory implements ProviderFactory {

    @NotNull
    private URI baseUrl;

    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
    @MaxDuration(value = 299, unit = TimeUnit.SECONDS)
    private @Nullable Duration deadline;

    @NotNull
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
    @MaxDuration(value = 2, unit = TimeUnit.SECONDS)
    private Duration localDeadline = Duration.seconds(2);

    @NotNull
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
    @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
    private Duration connectTimeout = Duration.seconds(1);

    @Valid
    private @Nullable CredentialFactory credential;

    @Pattern(regexp = "[A-Za-z0-9_.-]{1,64}")
    private @Nullable String account;

    @Valid
    private @Nullable TlsConfiguration tls;

    @NotNull
    @Valid
    private PoolFactory pool = PoolFactory.defaults();

    @NotNull
    @Valid
    private BreakerFactory breaker = BreakerFactory.defaults();

    /** The base URL has to be configured. */
    @SuppressWarnings("NullAway.Init") // the validator reports the option if it is absent
    protected ServiceClientFactory() {}

    /** @param baseUrl the default base URL */
    protected ServiceClientFactory(URI baseUrl) {
        this.baseUrl = baseUrl;
    }

    /** @throws IllegalArgumentException if the type is unknown, so that the section was read as the default type */
    @JsonProperty
    public void setType(String type) {
        if (!type().equals(type)) {
            throw new IllegalArgumentException("type: there is no provider of type '" + type + "' for this service");
        }
    }

    /** The base URL, {@code http} or {@code https}, with the path with which all requests start. */
    public URI baseUrl() {
        return baseUrl;
    }

    /** @throws IllegalArgumentException if it is not such a URL */
    @JsonProperty
    public void setBaseUrl(URI baseUrl) {
        if (baseUrl != null && !UrlRules.isPlainHttp(baseUrl)) {
            throw new IllegalArgumentException(
                    "baseUrl: is an http or https URL with a host, without user, query and fragment");
        }
        this.baseUrl = baseUrl;
    }

    /**
     * How long a call may last in all, from the wait for a connection to the last byte of the answer; default 30 s, for
     * e-mail and SMS 10 s. Must end 500 ms before Temporal's start-to-close.
     */
    @Override
    public java.time.Duration deadlineOf(Step service) {
        if (deadline != null) {
            return deadline.toJavaDuration();
        }
        boolean bestEffort = service == Step.EMAIL || service == Step.SMS;
        return java.time.Duration.ofSeconds(bestEffort ? 10 : 30);
    }

    public void setDeadline(Duration deadline) {
        this.deadline = deadline;
    }

    /** The same for a local attempt; default and maximum 2 s, because Temporal ends a local activity after 2.5 s. */
    public Duration localDeadline() {
        return localDeadline;
    }

    public void setLocalDeadline(Duration localDeadline) {
        this.localDeadline = localDeadline;
    }

    /** How long connecting, and then the TLS handshake, may take; default 1 s. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /** The header that authenticates us; default none. */
    public @Nullable CredentialFactory credential() {
        return credential;
    }

    public void setCredential(CredentialFactory credential) {
        this.credential = credential;
    }

    /**
     * The authentication scheme that this type's provider requires, such as {@code Bearer}; null if the configuration
     * decides.
     */
    protected @Nullable String scheme() {
        return null;
    }

    /** Reports an invalid credential as a configuration error, before the first registration fails. */
    @SelfValidation
    public void checkCredential(ViolationCollector violations) {
        String scheme = scheme();
        if (scheme == null) {
            return;
        }
        CredentialFactory given = credential();
        if (given == null) {
            violations.addViolation("credential", "is needed: {prefix: \"" + scheme + " \", valueFile: …}");
            return;
        }
        try {
            if (!given.build().reveal().startsWith(scheme + " ")) {
                violations.addViolation("credential.prefix", "has to be \"" + scheme + " \"");
            }
        } catch (IllegalStateException e) {
            violations.addViolation(String.valueOf(e.getMessage()));
        }
    }

    /** Trust and key stores; default: the JDK's trust store, host names verified. */
    public @Nullable TlsConfiguration tls() {
        return tls;
    }

    public void setTls(@Nullable TlsConfiguration tls) {
        this.tls = tls;
    }

    public PoolFactory pool() {
        return pool;
    }

    public void setPool(PoolFactory pool) {
        this.pool = pool;
    }

    public BreakerFactory breaker() {
        return breaker;
    }

    public void setBreaker(BreakerFactory breaker) {
        this.breaker = breaker;
    }

    @Override
    public @Nullable String account() {
        return account;
    }

    public void setAccount(String account) {
        this.account = account;
    }

    @Override
    public URI place() {
        return baseUrl;
    }

    @Override
    public Map<String, Secret> secrets() {
        return credential == null ? Map.of() : Map.of("credential", credential.build());
    }

    @Override
    public Map<String, TlsConfiguration> stores() {
        return tls == null ? Map.of() : Map.of("tls", tls);
    }

    @Override
    public void useWrongSecret() {
        if (credential != null) {
            credential = new CredentialFactory(credential.header(), credential.prefix(), WRONG_SECRET, null, null);
        }
    }

    /**
     * Configuration of one service's connection pool.
     *
     * @param maxConnections maximum connections to the service; default 256, above the number of activities at once
     * @param perRoute maximum connections to one host and port; default {@code maxConnections}
     * @param keepAlive how long an idle connection is kept if the provider sets no time; default 10 s, below the 15 s
     *     or more after which common servers close it
     * @param checkAfterIdle idle time after which a connection is checked before use; default 1 s, because the check
     *     costs up to 1 ms and a recently used connection is hardly ever closed
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
     * Configuration of the circuit breakers of one service. Each group of operations has its own breaker with these
     * settings. A 4xx counts as a success, except these failures: 401, 403, 404 (unless it is an answer to the
     * request), 405, 407, 408, 425 and 429. A call ended by the limit of a local attempt is not counted.
     *
     * @param window number of recent calls counted; default 20
     * @param minimumCalls number of calls required before the breaker may open; default 10, at most {@code window}
     * @param failureRate percentage of failures at which it opens; default 50
     * @param slowRate percentage of slow calls at which it opens; default 90
     * @param slowAt when a call is slow, in percent of the service's deadline; default 80
     * @param openFor how long it blocks all calls; default 30 s
     * @param probes number of calls permitted afterwards before it decides; default 3
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
}
