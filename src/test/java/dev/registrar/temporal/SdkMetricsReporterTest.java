package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import com.uber.m3.util.Duration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SdkMetricsReporterTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final SdkMetricsReporter reporter = new SdkMetricsReporter(registry);

    @Test
    void valuesOfOneSeriesAreInOneTimer() {
        reporter.reportTimer("latency", Map.of("task_queue", "a"), Duration.ofMillis(10));
        reporter.reportTimer("latency", Map.of("task_queue", "a"), Duration.ofMillis(20));
        reporter.reportTimer("latency", Map.of("task_queue", "b"), Duration.ofMillis(40));
        reporter.reportTimer("other", Map.of("task_queue", "a"), Duration.ofMillis(80));

        Timer timer = registry.get("latency").tag("task_queue", "a").timer();
        assertThat(timer.count()).isEqualTo(2);
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(30);
        assertThat(registry.get("latency").tag("task_queue", "b").timer().count())
                .isEqualTo(1);
        assertThat(registry.getMeters()).hasSize(3);
    }

    @Test
    void closingLeavesTheRegistryOpen() {
        reporter.close();

        assertThat(registry.isClosed()).isFalse();
    }
}
