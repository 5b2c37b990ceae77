package dev.registrar.outbound;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.httpclient5.InstrumentedHttpClientConnectionManager;
import dev.registrar.outbound.HttpExchange.CallContext;
import io.dropwizard.client.HttpClientBuilder;
import io.dropwizard.client.HttpClientConfiguration;
import java.time.Duration;
import java.util.Optional;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.cookie.StandardCookieSpec;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.socket.ConnectionSocketFactory;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.Registry;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Dropwizard's HTTP client, reduced to a single exchange: no redirects, no retries, no cookies, no authentication
 * challenge, no compression (so that the cap on a body is a cap on memory), no protocol upgrade, no proxy from the
 * environment.
 */
final class ServiceHttpClientBuilder extends HttpClientBuilder {

    /** With this limit a head has at most 64 KiB, like a body. */
    private static final int MAX_HEADER_BYTES = 8 * 1024;

    private static final int MAX_HEADERS = 64;

    private final MetricRegistry metrics;
    private final HttpClientConfiguration settings;

    ServiceHttpClientBuilder(MetricRegistry metrics, ServiceClientFactory config, Duration deadline) {
        super(metrics);
        this.metrics = metrics;
        this.settings = settings(config, deadline);
        using(settings);
        disableContentCompression(true);
    }

    /** The settings of each request, replacing the client's defaults. */
    RequestConfig requestConfig() {
        return RequestConfig.custom()
                .setRedirectsEnabled(false)
                .setAuthenticationEnabled(false)
                .setContentCompressionEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .setCookieSpec(StandardCookieSpec.IGNORE)
                .setConnectionKeepAlive(TimeValue.NEG_ONE_MILLISECOND)
                .setConnectionRequestTimeout(
                        Timeout.of(settings.getConnectionRequestTimeout().toJavaDuration()))
                .setResponseTimeout(Timeout.of(settings.getTimeout().toJavaDuration()))
                .build();
    }

    private static HttpClientConfiguration settings(ServiceClientFactory config, Duration deadline) {
        HttpClientConfiguration settings = new HttpClientConfiguration();
        // Applies to each read, so only a second line of defence behind the deadline watch.
        settings.setTimeout(io.dropwizard.util.Duration.milliseconds(deadline.toMillis()));
        settings.setConnectionTimeout(config.connectTimeout());
        settings.setConnectionRequestTimeout(config.pool().leaseTimeout());
        settings.setMaxConnections(config.pool().maxConnections());
        settings.setMaxConnectionsPerRoute(config.pool().perRoute());
        settings.setKeepAlive(config.pool().keepAlive());
        settings.setValidateAfterInactivityPeriod(config.pool().checkAfterIdle());
        settings.setRetries(0);
        settings.setCookiesEnabled(false);
        settings.setProtocolUpgradeEnabled(false);
        settings.setUserAgent(Optional.of("registrar"));
        settings.setTlsConfiguration(config.tls());
        return settings;
    }

    @Override
    protected HttpRequestExecutor createRequestExecutor(String name) {
        return new CallContext.SendMarker();
    }

    @Override
    @SuppressWarnings("deprecation") // Dropwizard 5.0 still builds on the client's older socket factories.
    protected InstrumentedHttpClientConnectionManager createConnectionManager(
            Registry<ConnectionSocketFactory> registry, String name) {
        Http1Config http1 = Http1Config.custom()
                .setMaxLineLength(MAX_HEADER_BYTES)
                .setMaxHeaderCount(MAX_HEADERS)
                .build();
        return configureConnectionManager(InstrumentedHttpClientConnectionManager.builder(metrics)
                .name(name)
                .socketFactoryRegistry(registry)
                .timeToLive(TimeValue.of(settings.getTimeToLive().toJavaDuration()))
                .connFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(http1)
                        .build())
                .build());
    }

    @Override
    protected org.apache.hc.client5.http.impl.classic.HttpClientBuilder customizeBuilder(
            org.apache.hc.client5.http.impl.classic.HttpClientBuilder builder) {
        return builder.disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching();
    }
}
