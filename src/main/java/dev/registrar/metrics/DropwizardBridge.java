package dev.registrar.metrics;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.prometheus.metrics.instrumentation.dropwizard5.labels.CustomLabelMapper;
import io.prometheus.metrics.instrumentation.dropwizard5.labels.MapperConfig;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Takes over from Dropwizard's registry what nobody else measures: connection pools, the server's threads, log events. Names
 * that hold a pool's name become a label of it, so that one query shows all of them.
 */
final class DropwizardBridge {

    /** The JVM is measured by Micrometer, requests by {@link RequestMeter}. */
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
