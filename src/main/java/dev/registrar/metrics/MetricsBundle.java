package dev.registrar.metrics;

import com.codahale.metrics.MetricRegistry;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.prometheus.metrics.instrumentation.dropwizard5.labels.CustomLabelMapper;
import io.prometheus.metrics.instrumentation.dropwizard5.labels.MapperConfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The service's only registry of metrics, and {@code GET /prometheus} on the admin port. The registry exists from construction
 * on, so that other bundles can use it; JVM and process metrics join it when the service runs. Thread-safe.
 */
public final class MetricsBundle implements ConfiguredBundle<Object> {

    /** On the admin port. */
    public static final String PATH = "/prometheus";

    /** Milliseconds; a call ends by its deadline of at most 30 s. */
    private static final long[] CALL_BUCKETS = {10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000, 30_000};

    private final PrometheusRegistry prometheus = new PrometheusRegistry();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);

    public MetricsBundle() {
        // They repeat the attempts' own latency, in 40 kB of each scrape.
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("temporal_activity_succeed_endtoend"));
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("temporal_local_activity_succeed_endtoend"));
        // From the duration of one call to that of a registration that waits out an outage.
        buckets("temporal_", 10, 50, 100, 500, 1_000, 5_000, 10_000, 60_000, 600_000, 3_600_000);
        buckets(Metric.CALL.id(), CALL_BUCKETS);
        buckets(Metric.HTTP_REQUEST.id(), CALL_BUCKETS);
        buckets(Metric.SWEEP.id(), 10, 100, 1_000, 10_000);
        buckets(Metric.WAIT.id(), 1_000, 5_000, 15_000, 30_000, 60_000, 300_000, 600_000, 3_600_000);
        buckets(Metric.DURATION.id(), new long[] {
            100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000
        });
        registry.config().meterFilter(MeterFilters.tags());
    }

    private void buckets(String prefix, long... millis) {
        registry.config().meterFilter(MeterFilters.buckets(prefix, millis));
    }

    public MeterRegistry registry() {
        return registry;
    }

    @Override
    public void run(Object configuration, Environment environment) {
        String version = MetricsBundle.class.getPackage().getImplementationVersion();
        Metric.BUILD.gauge(registry, () -> 1, version == null ? "unpackaged" : version);
        DropwizardBridge.over(environment.metrics()).register(prometheus);
        environment.jersey().register(new RequestMeter(registry));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        environment.lifecycle().manage(new GcListener(registry));
        environment
                .admin()
                .addServlet("prometheus", new PrometheusServlet(registry))
                .addMapping(PATH);
    }

    /** Listens to the garbage collector until the service stops: the JVM would keep the listener otherwise. */
    private static final class GcListener implements Managed {

        private final MeterRegistry registry;
        private final JvmGcMetrics metrics = new JvmGcMetrics();

        private GcListener(MeterRegistry registry) {
            this.registry = registry;
        }

        @Override
        public void start() {
            metrics.bindTo(registry);
        }

        @Override
        public void stop() {
            metrics.close();
        }
    }

    /** Answers a scrape with the whole registry, as OpenMetrics if {@code Accept} asks for it, otherwise as Prometheus text. */
    private static final class PrometheusServlet extends HttpServlet {

        private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
        private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

        private final transient PrometheusMeterRegistry registry;

        private PrometheusServlet(PrometheusMeterRegistry registry) {
            this.registry = registry;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String accept = request.getHeader("Accept");
            String type = accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
            // Buffered, so that a scrape that fails halfway is a 500 and not a truncated page.
            ByteArrayOutputStream page = new ByteArrayOutputStream(64 * 1024);
            registry.scrape(page, type);
            response.setContentType(type);
            response.setHeader("Cache-Control", "no-store");
            response.setContentLength(page.size());
            page.writeTo(response.getOutputStream());
        }
    }

    /**
     * Exports from Dropwizard's registry what nothing else measures: connection pools, the server's threads, log events. A pool's
     * name moves from the metric's name to a label, so that one query covers all pools.
     */
    static final class DropwizardBridge {

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
}
