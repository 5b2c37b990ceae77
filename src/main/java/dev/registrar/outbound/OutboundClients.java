package dev.registrar.outbound;

import ch.qos.logback.classic.Level;
import com.codahale.metrics.MetricRegistry;
import dev.registrar.model.Step;
import io.dropwizard.lifecycle.Managed;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.io.CloseMode;
import org.slf4j.LoggerFactory;

/**
 * Makes the clients of all services and holds what they share: the watch over deadlines, the breakers and the meters. To be
 * managed so that it stops after everything that calls (in Dropwizard: added before the worker). Thread-safe.
 */
public final class OutboundClients implements Managed {

    /** These write every header and body, the credential too; the rest of the client's log holds neither. */
    private static final List<String> TELLTALE_LOGGERS =
            List.of("org.apache.hc.client5.http.headers", "org.apache.hc.client5.http.wire");

    private final MeterRegistry meters;
    private final MetricRegistry poolMetrics;
    private final Clock clock;
    private final Breakers breakers;
    private final DeadlineWatch watch = DeadlineWatch.start();
    private final Map<Step, ProviderRefusals> refusals = new ConcurrentSkipListMap<>();
    private final List<CloseableHttpClient> clients = new CopyOnWriteArrayList<>();

    /** @param poolMetrics Dropwizard's registry, for the gauges of the connection pools */
    public OutboundClients(MeterRegistry meters, MetricRegistry poolMetrics, Clock clock) {
        this.meters = meters;
        this.poolMetrics = poolMetrics;
        this.clock = clock;
        this.breakers = new Breakers(meters, clock);
        TELLTALE_LOGGERS.forEach(OutboundClients::silence);
    }

    /**
     * The client of a service; once per service.
     *
     * @throws RuntimeException where the credential or a TLS store cannot be read; the service must not start then
     */
    public ServiceClient client(Step service, ServiceClientFactory config) {
        Duration deadline = config.deadlineOf(service);
        ServiceTarget target = new ServiceTarget(config.baseUrl(), config.credential());
        ServiceHttpClientBuilder builder = new ServiceHttpClientBuilder(poolMetrics, config, deadline);
        CloseableHttpClient http = builder.build(service.code());
        clients.add(http);
        HttpExchange exchange = new HttpExchange(http, target, builder.requestConfig(), watch);
        ProviderRefusals ofService = refusals.computeIfAbsent(service, key -> new ProviderRefusals());
        return new ServiceClient(service, config, exchange, breakers, meters, ofService, clock);
    }

    /** The HTTP status with which a provider refuses us, by service, until a call of that service succeeds. */
    public Map<Step, Integer> refusedBy() {
        Map<Step, Integer> found = new EnumMap<>(Step.class);
        refusals.forEach((service, of) -> of.status().ifPresent(status -> found.put(service, status)));
        return found;
    }

    /** The breakers of all services. */
    public Breakers breakers() {
        return breakers;
    }

    @Override
    public void stop() {
        clients.forEach(client -> client.close(CloseMode.IMMEDIATE));
        watch.close();
    }

    private static void silence(String logger) {
        if (LoggerFactory.getLogger(logger) instanceof ch.qos.logback.classic.Logger telltale) {
            telltale.setLevel(Level.OFF);
        }
    }
}
