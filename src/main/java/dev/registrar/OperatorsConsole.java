package dev.registrar;

import dev.registrar.access.ConsoleSessions.TokenSeal;
import dev.registrar.admin.AdminPort;
import dev.registrar.console.ConsolePort;
import dev.registrar.console.ConsoleReads;
import dev.registrar.crypto.SealedTokens;
import dev.registrar.metrics.MetricsBundle;
import dev.registrar.metrics.OutcomeTotals;
import dev.registrar.operations.Backlog;
import dev.registrar.operations.FailureSummary;
import dev.registrar.operations.HourHistory;
import dev.registrar.operations.Overview;
import dev.registrar.operations.PersonalDataReveal;
import dev.registrar.operations.RegistrationSearch;
import dev.registrar.operations.RegistrationTimeline;
import dev.registrar.operations.ServiceOverview;
import dev.registrar.operations.WorkerOverview;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.registration.LiveProgress;
import dev.registrar.temporal.TaskQueuePollers;
import dev.registrar.temporal.TemporalConnection;
import java.time.Clock;
import java.util.Optional;

/**
 * The console's objects, created once.
 *
 * @param history to be sampled at its interval
 */
record OperatorsConsole(ConsolePort port, HourHistory history) {

    static OperatorsConsole over(
            AdminPort admin,
            WorkflowStarters starters,
            Stores stores,
            OutboundClients outbound,
            TemporalConnection temporal,
            RegistrarConfiguration configuration,
            MetricsBundle metrics,
            Clock clock) {
        HourHistory history =
                new HourHistory(stores.jdbi(), new OutcomeTotals(metrics.registry()), admin.breakers(), clock);
        ConsoleReads reads = new ConsoleReads(
                new Overview(
                        new Backlog(stores.jdbi()),
                        admin.health(),
                        history,
                        admin.breakers(),
                        admin.worker(),
                        outbound,
                        configuration.getConsole().runbookFolder(),
                        clock),
                history,
                new FailureSummary(stores.jdbi(), clock),
                new RegistrationSearch(stores.registrations(), stores.ledger()),
                new RegistrationTimeline(
                        stores.registrations(),
                        stores.ledger(),
                        stores.undoFailures(),
                        stores.resends(),
                        new LiveProgress(starters.engine()),
                        stores.jdbi()),
                new PersonalDataReveal(stores.registrations(), admin.audit()),
                new ServiceOverview(configuration.getServices().shown(), outbound, admin.breakers(), stores.jdbi()),
                new WorkerOverview(admin.worker(), new TaskQueuePollers(temporal)));
        return new OperatorsConsole(new ConsolePort(configuration.getConsole(), reads, temporal.namespace()), history);
    }

    /** Packages {@code access} and {@code crypto} do not know each other. */
    static TokenSeal seal(SealedTokens tokens) {
        return new TokenSeal() {

            @Override
            public String seal(byte[] text, String place) {
                return tokens.seal(text, place);
            }

            @Override
            public Optional<byte[]> open(String sealed, String place) {
                return tokens.open(sealed, place);
            }
        };
    }
}
