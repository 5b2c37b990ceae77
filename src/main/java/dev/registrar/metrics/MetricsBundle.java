package dev.registrar.metrics;

import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/**
 * The service's one registry of metrics, and {@code GET /prometheus} on the admin port. The registry is there from
 * construction on, so that other bundles can be given it; what the JVM and the process measure joins it when the service
 * runs. Thread-safe as the registries are.
 */
public final class MetricsBundle implements ConfiguredBundle<Object> {

    /** Where the metrics are read, on the admin port. */
    public static final String PATH = "/prometheus";

    private final PrometheusRegistry prometheus = new PrometheusRegistry();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);

    public MetricsBundle() {
        // From the time of one call to the length of a registration that waits out an outage.
        registry.config()
                .meterFilter(new TimerBuckets(
                        "temporal_", bounds(10, 50, 100, 500, 1_000, 5_000, 10_000, 60_000, 600_000, 3_600_000)));
        // A call ends by its deadline, 30 s at most.
        Duration[] call = bounds(10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000, 30_000);
        registry.config().meterFilter(new TimerBuckets("resilience4j.", call));
        registry.config().meterFilter(new TimerBuckets(MetricNames.CALL, call));
        registry.config().meterFilter(new TimerBuckets(MetricNames.HTTP_REQUEST, call));
        registry.config().meterFilter(new TimerBuckets(MetricNames.SWEEP, bounds(10, 100, 1_000, 10_000)));
        registry.config()
                .meterFilter(new TimerBuckets(
                        MetricNames.WAIT, bounds(1_000, 5_000, 15_000, 30_000, 60_000, 300_000, 600_000, 3_600_000)));
        registry.config()
                .meterFilter(new TimerBuckets(
                        MetricNames.DURATION,
                        bounds(
                                100,
                                250,
                                500,
                                1_000,
                                2_500,
                                5_000,
                                10_000,
                                30_000,
                                60_000,
                                300_000,
                                900_000,
                                3_600_000,
                                14_400_000)));
        registry.config().meterFilter(new OwnTags());
        registry.config().meterFilter(new TemporalTags());
    }

    /** What measuring code is given. */
    public MeterRegistry registry() {
        return registry;
    }

    /** The registry below it, for libraries that know Prometheus but not Micrometer. */
    public PrometheusRegistry prometheus() {
        return prometheus;
    }

    @Override
    public void run(Object configuration, Environment environment) {
        Gauge.builder(MetricNames.BUILD, () -> 1)
                .description(MetricTexts.of(MetricNames.BUILD))
                .tag(MetricNames.VERSION, version())
                .register(registry);
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

    /** Of the jar; classes that were not packaged have none. */
    private static String version() {
        String version = MetricsBundle.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    private static Duration[] bounds(long... millis) {
        Duration[] bounds = new Duration[millis.length];
        for (int i = 0; i < millis.length; i++) {
            bounds[i] = Duration.ofMillis(millis[i]);
        }
        return bounds;
    }

    /** The garbage collector's notifications, heard until the service stops: the JVM would keep the listener otherwise. */
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
}
