package dev.registrar.operations;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.registrar.model.Money;
import dev.registrar.model.Step;
import dev.registrar.operations.Backlog.BatchProgress;
import dev.registrar.operations.Backlog.Unfinished;
import dev.registrar.operations.BreakerOperations.BreakerEntry;
import dev.registrar.operations.ServiceHealth.Condition;
import dev.registrar.outbound.RecentFailures.Refusal;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The alerts of {@code prometheus/rules} whose condition one instance can see by itself, as one table. Conditions that have no
 * age here fire at once; Prometheus waits for the alert's {@code for} first.
 */
final class FiringAlerts {

    private static final Duration NOT_STARTED = Duration.ofMinutes(5);
    private static final Duration DELAYED = Duration.ofMinutes(15);
    private static final Duration STUCK = Duration.ofHours(4);
    private static final Duration STALE = Duration.ofHours(4);

    /** Until then the service itself retries. */
    private static final Duration AT_RISK = Duration.ofMinutes(20);

    /** As in the rule {@code job_currency:registrar_money_at_risk_threshold:amount}: more than that pages at once. */
    static final Map<String, BigDecimal> MUCH = Map.of(
            "USD", new BigDecimal(1_000),
            "EUR", new BigDecimal(1_000),
            "GBP", new BigDecimal(1_000),
            "JPY", new BigDecimal(150_000));

    static final BigDecimal MUCH_OTHERWISE = new BigDecimal(1_000);

    private static final String REGISTRATIONS = "#/registrations";
    private static final String OPEN_ROWS = "#/compensations?status=OPEN";
    private static final String SERVICES = "#/services";
    private static final String WORKERS = "#/workers";

    private static final List<Rule> TABLE = List.of(
            page("RegistrarMoneyAtRiskHigh", OPEN_ROWS, FiringAlerts::highMoneyAtRisk),
            page("RegistrarMoneyAtRisk", OPEN_ROWS, FiringAlerts::moneyAtRisk),
            page("RegistrarInvariantViolated", REGISTRATIONS + "?status=NEEDS_ATTENTION", degraded("invariants")),
            page(
                    "RegistrarRegistrationStuck",
                    REGISTRATIONS,
                    facts -> facts.olderThan(Unfinished::oldest, STUCK, "The oldest registration was accepted")),
            page("RegistrarRegistrationsNotMoving", REGISTRATIONS, degraded("registrations")),
            page(
                    "RegistrarRegistrationsNotStarted",
                    REGISTRATIONS + "?status=ACCEPTED",
                    facts -> facts.olderThan(
                            Unfinished::oldestAccepted, NOT_STARTED, "A registration without a run was accepted")),
            page("RegistrarBreakerOpen", SERVICES, facts -> facts.breakers(false, "profile", "payment-charge")),
            page("RegistrarCredentialsRefused", SERVICES, FiringAlerts::refused),
            page("RegistrarTemporalRequestErrors", WORKERS, degraded("temporal")),
            page("RegistrarWorkerNotPolling", WORKERS, FiringAlerts::notPolling),
            ticket(
                    "RegistrarUndoBreakerOpen",
                    SERVICES,
                    facts -> facts.breakers(false, "payment-find", "payment-refund", "payment-void")),
            ticket("RegistrarBestEffortBreakerOpen", SERVICES, facts -> facts.breakers(false, "email", "sms")),
            ticket("RegistrarBreakerForced", SERVICES, facts -> facts.breakers(true, "")),
            ticket("RegistrarCompensationFailed", OPEN_ROWS, FiringAlerts::openRows),
            ticket(
                    "RegistrarCompensationStale",
                    OPEN_ROWS + "&olderThan=" + STALE,
                    facts -> facts.olderThan(Unfinished::unresolvedSince, STALE, "The oldest undo row was opened")),
            ticket(
                    "RegistrarRegistrationsDelayed",
                    REGISTRATIONS,
                    facts -> facts.olderThan(Unfinished::oldest, DELAYED, "The oldest registration was accepted")),
            ticket("RegistrarReplayStopped", "#/batches", FiringAlerts::stoppedBatches),
            ticket("RegistrarProviderUnlisted", SERVICES, FiringAlerts::unlisted));

    private FiringAlerts() {}

    /** How urgent an alert is. */
    enum Severity {
        PAGE,
        TICKET;

        @JsonValue
        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An alert whose condition holds.
     *
     * @param summary one sentence without personal data
     * @param link the page of the console that shows its cause
     * @param runbook the section that explains it
     */
    public record FiringAlert(String name, Severity severity, String summary, String link, String runbook) {}

    /** @param summary the sentence if it fires */
    private record Rule(String name, Severity severity, String link, Function<Facts, Optional<String>> summary) {}

    private static Rule page(String name, String link, Function<Facts, Optional<String>> summary) {
        return new Rule(name, Severity.PAGE, link, summary);
    }

    private static Rule ticket(String name, String link, Function<Facts, Optional<String>> summary) {
        return new Rule(name, Severity.TICKET, link, summary);
    }

    /**
     * What an instance knows of itself.
     *
     * @param unfinished absent if PostgreSQL does not answer
     * @param notClosed breakers
     * @param unlisted values of providers that no adapter knew, in the last hour
     */
    record Facts(
            Instant now,
            @Nullable Unfinished unfinished,
            Map<String, Condition> conditions,
            List<BreakerEntry> notClosed,
            String workerState,
            Map<Step, Refusal> refusals,
            long unlisted) {

        private Optional<Unfinished> rows() {
            return Optional.ofNullable(unfinished);
        }

        private Optional<String> olderThan(Function<Unfinished, @Nullable Instant> since, Duration limit, String what) {
            return rows().map(since)
                    .map(time -> Duration.between(time, now))
                    .filter(age -> age.compareTo(limit) > 0)
                    .map(age -> what + " " + age.toMinutes() + " min ago.");
        }

        private Optional<String> breakers(boolean forced, String... services) {
            return sentence(notClosed.stream()
                    .filter(breaker -> breaker.state().startsWith("FORCED_") == forced)
                    .filter(breaker -> Stream.of(services)
                            .anyMatch(service -> breaker.service().startsWith(service)))
                    .map(breaker -> "breaker " + breaker.service() + " is " + breaker.state()));
        }
    }

    /**
     * The alerts that fire, pages first.
     *
     * @param runbooks the folder of {@code alerts.md}, without a slash at the end
     */
    static List<FiringAlert> of(Facts facts, String runbooks) {
        return TABLE.stream()
                .flatMap(rule -> rule
                        .summary()
                        .apply(facts)
                        .map(summary -> new FiringAlert(
                                rule.name(),
                                rule.severity(),
                                summary,
                                rule.link(),
                                runbooks + "/alerts.md#" + rule.name().toLowerCase(Locale.ROOT)))
                        .stream())
                .toList();
    }

    /** The names of all entries. */
    static List<String> names() {
        return TABLE.stream().map(Rule::name).toList();
    }

    private static Function<Facts, Optional<String>> degraded(String condition) {
        // If PostgreSQL is away, conditions over its tables are unknown: not a reason to page for each.
        return facts -> Optional.ofNullable(facts.conditions().get(condition))
                .filter(Condition::degraded)
                .filter(found -> facts.unfinished() != null || condition.equals("temporal"))
                .map(found -> capital(found.message()) + ".");
    }

    private static Optional<String> moneyAtRisk(Facts facts) {
        return facts.rows()
                .filter(rows -> facts.olderThan(Unfinished::moneyAtRiskSince, AT_RISK, "")
                        .isPresent())
                .map(rows -> rows.moneyAtRisk().stream().map(Money::toString).collect(Collectors.joining(", "))
                        + " in open undo work, the oldest since " + seconds(rows.moneyAtRiskSince()) + ".");
    }

    private static Optional<String> highMoneyAtRisk(Facts facts) {
        return facts.rows()
                .flatMap(rows -> sentence(rows.moneyAtRisk().stream()
                        .filter(money -> money.amount().compareTo(threshold(money.currency())) > 0)
                        .map(money -> money + " in open undo work, more than " + threshold(money.currency()))));
    }

    private static BigDecimal threshold(String currency) {
        return MUCH.getOrDefault(currency, MUCH_OTHERWISE);
    }

    private static Optional<String> openRows(Facts facts) {
        return facts.rows()
                .filter(rows -> !rows.openRows().isEmpty())
                .map(rows -> rows.openRows().entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ", "Open undo work: ", ".")));
    }

    private static Optional<String> refused(Facts facts) {
        return sentence(facts.refusals().entrySet().stream()
                .map(entry -> entry.getKey().code() + " refuses this service with status "
                        + entry.getValue().status() + " since "
                        + seconds(entry.getValue().since())));
    }

    private static Optional<String> notPolling(Facts facts) {
        return switch (facts.workerState()) {
            case "POLLING", "DISABLED" -> Optional.empty();
            default -> Optional.of("The worker of this instance is " + facts.workerState() + ".");
        };
    }

    private static Optional<String> stoppedBatches(Facts facts) {
        return facts.rows()
                .flatMap(rows -> sentence(rows.batches().stream()
                        .filter(batch -> batch.state().equals("STOPPED"))
                        .map(BatchProgress::id)
                        .map(id -> "batch " + id + " stopped by itself")));
    }

    private static Optional<String> unlisted(Facts facts) {
        return facts.unlisted() == 0
                ? Optional.empty()
                : Optional.of(facts.unlisted() + " undocumented values in providers' answers within the last hour.");
    }

    private static @Nullable Instant seconds(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS);
    }

    /** The clauses as one sentence; empty if there are none. */
    private static Optional<String> sentence(Stream<String> clauses) {
        String all = clauses.collect(Collectors.joining(", "));
        return all.isEmpty() ? Optional.empty() : Optional.of(capital(all) + ".");
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
