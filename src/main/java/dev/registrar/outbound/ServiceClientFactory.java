package dev.registrar.outbound;

import dev.registrar.model.Step;
import io.dropwizard.client.ssl.TlsConfiguration;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
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
}
