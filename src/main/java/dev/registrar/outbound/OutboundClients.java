package dev.registrar.outbound;

import ch.qos.logback.classic.Level;
import com.codahale.metrics.MetricRegistry;
import dev.registrar.metrics.CallMeter;
import dev.registrar.model.Step;
import dev.registrar.outbound.FailureClassifier.Effect;
import dev.registrar.outbound.ServiceClientFactory.BreakerFactory;
import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * Creates the clients of all services and holds what they share: the deadline watch, the breakers and the meters. Must
 * be managed so that it stops after all callers (in Dropwizard: added before the worker). Thread-safe.
 */
public final class OutboundClients implements Managed {

    /** Loggers that write every header and body, including the credential; no other logger of the client does. */
    private static final List<String> TELLTALE_LOGGERS =
            List.of("org.apache.hc.client5.http.headers", "org.apache.hc.client5.http.wire", "org.eclipse.angus.mail");

    private final MeterRegistry meters;
    private final MetricRegistry poolMetrics;
    private final Clock clock;
    private final Breakers breakers;
    private final DeadlineWatch watch = DeadlineWatch.start();
    private final RecentFailures recent;
    private final Map<Step, String> degraded = new ConcurrentHashMap<>();
    private final List<HttpExchange> exchanges = new CopyOnWriteArrayList<>();

    /** @param poolMetrics Dropwizard's registry, for the gauges of the connection pools */
    public OutboundClients(MeterRegistry meters, MetricRegistry poolMetrics, Clock clock) {
        this.meters = meters;
        this.poolMetrics = poolMetrics;
        this.clock = clock;
        this.breakers = new Breakers(meters, clock);
        this.recent = new RecentFailures(clock);
        TELLTALE_LOGGERS.forEach(OutboundClients::silence);
    }

    /**
     * The client of a service; once per service.
     *
     * @throws RuntimeException if the credential or a TLS store cannot be read; the service must not start then
     */
    public ServiceClient client(Step service, ServiceClientFactory config) {
        HttpExchange exchange = new HttpExchange(service, config, poolMetrics, watch);
        exchanges.add(exchange);
        return new ServiceClient(
                service, config, exchange, breakers, meters, recent, degraded, clock, ErrorDialect.WIRE_PROTOCOL);
    }

    /**
     * A changing operation of a service that does not speak HTTP; its breaker has the service's name.
     *
     * @param operation its name in metrics and messages
     * @param deadline how long a call may last in all
     * @param localDeadline the same for a local attempt
     */
    public ProtocolOperation protocol(
            Step service, String operation, Duration deadline, Duration localDeadline, BreakerFactory breaker) {
        return new ProtocolOperation(
                service,
                breakers.breaker(service.code(), breaker, deadline),
                new CallMeter(meters, service.code(), operation, Effect.CHANGES.outcomes()),
                new FailureClassifier(service, operation, Effect.CHANGES, ErrorDialect.WIRE_PROTOCOL, clock),
                watch,
                recent,
                deadline,
                localDeadline);
    }

    /** The HTTP status or SMTP reply with which a provider refuses us, by service, until a call of that service succeeds. */
    public Map<Step, Integer> refusedBy() {
        return recent.refusals().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().status()));
    }

    /** By service, why a provider that answers is unreliable; reported and withdrawn by its adapter. */
    public Map<Step, String> degraded() {
        return Map.copyOf(degraded);
    }

    /** What recently went wrong, by service. */
    public RecentFailures recentFailures() {
        return recent;
    }

    /** The breakers of all services. */
    public Breakers breakers() {
        return breakers;
    }

    @Override
    public void stop() {
        exchanges.forEach(HttpExchange::close);
        watch.close();
    }

    private static void silence(String logger) {
        if (LoggerFactory.getLogger(logger) instanceof ch.qos.logback.classic.Logger telltale) {
            telltale.setLevel(Level.OFF);
        }
    }
}
