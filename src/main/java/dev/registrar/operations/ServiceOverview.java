package dev.registrar.operations;

import dev.registrar.model.Step;
import dev.registrar.operations.BreakerOperations.BreakerEntry;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.RecentFailures.FailedCall;
import dev.registrar.outbound.RecentFailures.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.sqlobject.customizer.QueryTimeOut;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** The external services as this instance sees them. Thread-safe. */
public final class ServiceOverview {

    private final Map<Step, Provider> providers;
    private final OutboundClients outbound;
    private final BreakerOperations breakers;
    private final Jdbi jdbi;

    /** @param providers in the order in which they are shown */
    public ServiceOverview(
            Map<Step, Provider> providers, OutboundClients outbound, BreakerOperations breakers, Jdbi jdbi) {
        this.providers = providers;
        this.outbound = outbound;
        this.breakers = breakers;
        this.jdbi = jdbi;
    }

    /**
     * @param type as in the configuration
     * @param name type, address and account
     */
    public record Provider(String type, String name) {}

    public record Services(List<ServiceEntry> items) {}

    /**
     * @param refused whether the provider refuses this service's credentials or address; absent if it does not
     * @param degraded why the provider is unreliable although it answers; absent if it is not
     * @param lastErrors the last failed calls, newest first
     */
    public record ServiceEntry(
            Step service,
            String type,
            String provider,
            @Nullable Refusal refused,
            @Nullable String degraded,
            List<BreakerView> breakers,
            List<CallError> lastErrors) {}

    /**
     * @param failureRate percent of the recent calls; absent if there were none
     * @param forcedBy who holds it; absent if nobody does, or PostgreSQL does not answer
     */
    public record BreakerView(
            String name,
            String state,
            @Nullable Double failureRate,
            @Nullable Instant until,
            @Nullable String forcedBy) {}

    public record CallError(
            Instant at,
            String operation,
            String outcome,
            @Nullable Integer httpStatus,
            String code) {

        static CallError of(FailedCall call) {
            return new CallError(call.at(), call.operation(), call.outcome(), call.status(), call.code());
        }
    }

    public Services services() {
        Map<Step, Refusal> refusals = outbound.recentFailures().refusals();
        Map<Step, String> degraded = outbound.degraded();
        List<BreakerEntry> all = breakers.list();
        return new Services(providers.entrySet().stream()
                .map(entry -> {
                    Step service = entry.getKey();
                    return new ServiceEntry(
                            service,
                            entry.getValue().type(),
                            entry.getValue().name(),
                            refusals.get(service),
                            degraded.get(service),
                            all.stream()
                                    .filter(breaker -> isOf(service, breaker))
                                    .map(breaker -> view(service, breaker))
                                    .toList(),
                            outbound.recentFailures().of(service).stream()
                                    .map(CallError::of)
                                    .toList());
                })
                .toList());
    }

    private static boolean isOf(Step service, BreakerEntry breaker) {
        return breaker.service().equals(service.code()) || breaker.service().startsWith(service.code() + "-");
    }

    private BreakerView view(Step service, BreakerEntry breaker) {
        boolean forced = breaker.state().startsWith("FORCED_");
        return new BreakerView(
                breaker.service(),
                breaker.state(),
                breaker.calls() == 0
                        ? null
                        : Double.valueOf(Math.round(1_000.0 * breaker.failed() / breaker.calls()) / 10.0),
                breaker.until(),
                forced ? forcedBy(service, breaker).orElse(null) : null);
    }

    private Optional<String> forcedBy(Step service, BreakerEntry breaker) {
        try {
            return jdbi.withExtension(
                    Dao.class, dao -> dao.actor("breaker:" + breaker.service(), "breaker:" + service.code()));
        } catch (JdbiException e) {
            return Optional.empty();
        }
    }

    interface Dao {

        /** An override is set for a breaker or for all those of its service. */
        @SqlQuery("""
                SELECT actor FROM audit
                WHERE subject IN (:breaker, :service) AND action = 'circuit-breakers' ORDER BY id DESC LIMIT 1
                """)
        @QueryTimeOut(2)
        Optional<String> actor(String breaker, String service);
    }
}
