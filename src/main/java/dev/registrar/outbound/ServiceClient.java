package dev.registrar.outbound;

import dev.registrar.metrics.CallMeter;
import dev.registrar.model.CallLimit;
import dev.registrar.model.Step;
import dev.registrar.outbound.FailureClassifier.Effect;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;

/** The calls to one service. Made by {@link OutboundClients#client}; thread-safe. */
public final class ServiceClient {

    private final Step service;
    private final ServiceClientFactory config;
    private final HttpExchange exchange;
    private final Breakers breakers;
    private final MeterRegistry meters;
    private final RecentFailures recent;
    private final Map<Step, String> degraded;
    private final Clock clock;
    private final ErrorDialect dialect;

    /**
     * @param degraded what an adapter reports about its provider, until it withdraws it; thread-safe
     */
    ServiceClient(
            Step service,
            ServiceClientFactory config,
            HttpExchange exchange,
            Breakers breakers,
            MeterRegistry meters,
            RecentFailures recent,
            Map<Step, String> degraded,
            Clock clock,
            ErrorDialect dialect) {
        this.service = service;
        this.config = config;
        this.exchange = exchange;
        this.breakers = breakers;
        this.meters = meters;
        this.recent = recent;
        this.degraded = degraded;
        this.clock = clock;
        this.dialect = dialect;
    }

    /** The same client with this error dialect. */
    public ServiceClient speaking(ErrorDialect other) {
        return new ServiceClient(service, config, exchange, breakers, meters, recent, degraded, clock, other);
    }

    /**
     * Reports in health that the provider answers but is unreliable, until {@link #clearDegraded}.
     *
     * @param cause one clause for people, without personal data
     */
    public void markDegraded(String cause) {
        degraded.put(service, cause);
    }

    /** Ends what {@link #markDegraded} began. */
    public void clearDegraded() {
        // Read first: the usual case writes no shared state.
        if (degraded.containsKey(service)) {
            degraded.remove(service);
        }
    }

    /**
     * An operation that may change something: without an answer its outcome is unknown.
     *
     * @param name the operation in metrics and messages
     * @param breaker name of the breaker it shares with other operations of this service
     */
    public ServiceOperation changing(String name, String breaker) {
        return operation(name, breaker, Effect.CHANGES);
    }

    /** An operation that only reads: without an answer it was unavailable. Otherwise like {@link #changing}. */
    public ServiceOperation reading(String name, String breaker) {
        return operation(name, breaker, Effect.READS);
    }

    /** A deadline that starts now. */
    public Deadline deadline(CallLimit limit) {
        return new Deadline(
                limit,
                switch (limit) {
                    case FULL -> config.deadlineOf(service);
                    case LOCAL -> config.localDeadline().toJavaDuration();
                });
    }

    private ServiceOperation operation(String name, String breaker, Effect effect) {
        return new ServiceOperation(
                service,
                breakers.breaker(breaker, config.breaker(), config.deadlineOf(service)),
                new CallMeter(meters, service.code(), name, effect.outcomes()),
                exchange,
                new FailureClassifier(service, name, effect, dialect, clock),
                recent);
    }
}
