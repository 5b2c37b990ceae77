package dev.registrar.outbound;

import com.codahale.metrics.MetricRegistry;
import dev.registrar.flow.Poll;
import dev.registrar.model.Step;
import dev.registrar.outbound.Breakers.BreakerStatus;
import dev.registrar.outbound.ServiceClientFactory.BreakerFactory;
import io.dropwizard.util.Duration;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Clients as the service builds them, with deadlines as short as the load of the machine allows. */
public final class OutboundFixture implements AutoCloseable {

    public static final Duration DEADLINE = stretched(600);
    public static final Duration LOCAL_DEADLINE = stretched(400);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final OutboundClients clients = new OutboundClients(meters, new MetricRegistry(), Clock.systemUTC());

    private static Duration stretched(int millis) {
        return Duration.milliseconds(Math.round(millis * Poll.stretch()));
    }

    public static ServiceClientFactory config(URI baseUrl, @Nullable BreakerFactory breaker) {
        ServiceClientFactory config = config(baseUrl);
        config.setDeadline(DEADLINE);
        config.setLocalDeadline(LOCAL_DEADLINE);
        config.setConnectTimeout(stretched(200));
        if (breaker != null) {
            config.setBreaker(breaker);
        }
        return config;
    }

    /** Everything at its default except the URL. */
    public static ServiceClientFactory config(URI baseUrl) {
        ServiceClientFactory config = new Plain();
        config.setBaseUrl(baseUrl);
        return config;
    }

    /** A provider of no particular type. */
    static final class Plain extends ServiceClientFactory {

        @Override
        public String type() {
            return "plain";
        }
    }

    public ServiceClient client(Step service, URI baseUrl) {
        return client(service, config(baseUrl, null));
    }

    public ServiceClient client(Step service, ServiceClientFactory config) {
        return clients.client(service, config);
    }

    /** An operation of a service that does not speak HTTP, with the same deadlines. */
    public ProtocolOperation protocol(Step service) {
        return protocol(service, DEADLINE);
    }

    public ProtocolOperation protocol(Step service, Duration deadline) {
        return clients.protocol(
                service, "send", deadline.toJavaDuration(), LOCAL_DEADLINE.toJavaDuration(), BreakerFactory.defaults());
    }

    Breakers breakers() {
        return clients.breakers();
    }

    /** The services whose provider refuses us, with the HTTP status. */
    public Map<Step, Integer> refusedBy() {
        return clients.refusedBy();
    }

    /** What adapters report about providers that respond. */
    public Map<Step, String> degraded() {
        return clients.degraded();
    }

    /** For classes that report the clients' state. */
    public OutboundClients clients() {
        return clients;
    }

    /** How many calls of the service had this outcome, over all operations. */
    public long ended(Step service, String outcome) {
        return meters.find("registrar.call").tags("service", service.code(), "outcome", outcome).timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    /** How many values in the service's responses were unknown to its adapter. */
    public long unlisted(Step service) {
        return Math.round(meters.find("registrar.provider.unlisted").tag("service", service.code()).counters().stream()
                .mapToDouble(Counter::count)
                .sum());
    }

    public double attempts(Step service) {
        return meters.find("registrar.call.attempts").tag("service", service.code()).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** How often this value was unknown. */
    public double unlisted(String value) {
        return meters.find("registrar.provider.unlisted").tag("value", value).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** How many calls the breakers have counted, including failed ones. */
    public int counted() {
        return clients.breakers().list().stream().mapToInt(BreakerStatus::calls).sum();
    }

    public int countedAsFailed() {
        return clients.breakers().list().stream()
                .mapToInt(BreakerStatus::failed)
                .sum();
    }

    @Override
    public void close() {
        clients.stop();
    }
}
