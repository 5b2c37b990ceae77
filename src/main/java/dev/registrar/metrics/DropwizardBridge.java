package dev.registrar.metrics;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.prometheus.metrics.instrumentation.dropwizard5.labels.CustomLabelMapper;
import io.prometheus.metrics.instrumentation.dropwizard5.labels.MapperConfig;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Exports from Dropwizard's registry what nothing else measures: connection pools, the server's threads, log events. A pool's
 * name moves from the metric's name to a label, so that one query covers all pools.
 */
final class DropwizardBridge {

    /** Micrometer measures the JVM, {@link RequestMeter} the requests. */
    private static final Pattern TAKEN = Pattern.compile(
            "io\\.dropwizard\\.db|ch\\.qos\\.logback|org\\.apache\\.hc|org\\.eclipse\\.jetty\\.util\\.thread");

    private static final List<MapperConfig> NAMES = List.of(
            new MapperConfig(
                    "org.apache.hc.client5.http.io.HttpClientConnectionManager.*.*",
                    "http_client_pool",
                    Map.of("service", "${0}", "measure", "${1}")),
            new MapperConfig(
                    "io.dropwizard.db.ManagedPooledDataSource.*.*",
                    "database_pool",
                    Map.of("pool", "${0}", "measure", "${1}")),
            new MapperConfig(
                    "org.eclipse.jetty.util.thread.QueuedThreadPool.*.*",
                    "http_server_threads",
                    Map.of("pool", "${0}", "measure", "${1}")),
            new MapperConfig("ch.qos.logback.core.Appender.*", "log_events", Map.of("level", "${0}")));

    private DropwizardBridge() {}

    static DropwizardExports.Builder over(MetricRegistry registry) {
        return DropwizardExports.builder()
                .dropwizardRegistry(registry)
                .metricFilter((name, metric) -> TAKEN.matcher(name).lookingAt())
                .customLabelMapper(new CustomLabelMapper(NAMES));
    }
}
