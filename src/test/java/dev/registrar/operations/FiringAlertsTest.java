package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.Money;
import dev.registrar.model.Step;
import dev.registrar.operations.Backlog.BatchProgress;
import dev.registrar.operations.Backlog.Unfinished;
import dev.registrar.operations.BreakerOperations.BreakerEntry;
import dev.registrar.operations.FiringAlerts.Facts;
import dev.registrar.operations.FiringAlerts.FiringAlert;
import dev.registrar.operations.ServiceHealth.Condition;
import dev.registrar.outbound.RecentFailures.Refusal;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FiringAlertsTest {

    private static final Instant NOW = Instant.parse("2026-02-01T12:00:00Z");
    private static final Map<String, Condition> WELL = Map.of(
            "temporal", new Condition(false, "answers"),
            "invariants", new Condition(false, "hold"),
            "registrations", new Condition(false, "all move"));

    private static Unfinished nothing() {
        return unfinished(null, null, Map.of(), null, List.of(), List.of());
    }

    private static Unfinished unfinished(
            @Nullable Instant oldest,
            @Nullable Instant oldestAccepted,
            Map<String, Long> openRows,
            @Nullable Instant unresolved,
            List<Money> atRisk,
            List<BatchProgress> batches) {
        return new Unfinished(
                Map.of(), oldest, oldestAccepted, openRows, unresolved, atRisk, unresolved, null, batches);
    }

    private static Facts facts(@Nullable Unfinished unfinished) {
        return new Facts(NOW, unfinished, WELL, List.of(), "POLLING", Map.of(), 0);
    }

    private static List<String> firing(Facts facts) {
        return FiringAlerts.of(facts, "docs").stream().map(FiringAlert::name).toList();
    }

    private static BreakerEntry breaker(String name, String state) {
        return new BreakerEntry(name, state, null, 10, 10, 0);
    }

    @Test
    void everyNameIsThatOfAnAlertOfPrometheusWithTheSameSeverity() throws IOException {
        String rules;
        try (Stream<Path> files = Files.list(Path.of("prometheus", "rules"))) {
            List<String> all = new ArrayList<>();
            for (Path file : files.toList()) {
                all.add(Files.readString(file));
            }
            rules = String.join("\n", all);
        }
        String sections = Files.readString(Path.of("docs", "alerts.md"));
        Facts everything = new Facts(
                NOW,
                unfinished(
                        NOW.minus(Duration.ofHours(5)),
                        NOW.minus(Duration.ofHours(5)),
                        Map.of("refund", 1L),
                        NOW.minus(Duration.ofHours(5)),
                        List.of(Money.of("1000.10", "USD")),
                        List.of(new BatchProgress(UUID.randomUUID(), "STOPPED", 1, 2))),
                Map.of(
                        "temporal", new Condition(true, "Temporal at x does not answer"),
                        "invariants", new Condition(true, "1 registration in a contradictory state: a defect"),
                        "registrations", new Condition(true, "1 registration not moving")),
                List.of(
                        breaker("payment-charge", "OPEN"),
                        breaker("payment-refund", "HALF_OPEN"),
                        breaker("sms", "HALF_OPEN"),
                        breaker("email", "FORCED_OPEN")),
                "PAUSED",
                Map.of(Step.EMAIL, new Refusal(401, NOW)),
                3);

        List<FiringAlert> firing = FiringAlerts.of(everything, "https://wiki.example.com");

        assertThat(firing).extracting(FiringAlert::name).isEqualTo(FiringAlerts.names());
        for (FiringAlert alert : firing) {
            Pattern rule = Pattern.compile("alert: " + alert.name() + "\\n(?:(?!- alert:)[\\s\\S])*?severity: "
                    + alert.severity().code() + "\\n");
            assertThat(rule.matcher(rules).find()).as(alert.name()).isTrue();
            assertThat(alert.link()).startsWith("#/");
            assertThat(alert.runbook())
                    .isEqualTo(
                            "https://wiki.example.com/alerts.md#" + alert.name().toLowerCase(Locale.ROOT));
            assertThat(sections).contains("\n## " + alert.name() + "\n");
            assertThat(alert.summary()).endsWith(".");
        }
        assertThat(firing.stream().collect(Collectors.toMap(FiringAlert::name, FiringAlert::summary)))
                .containsEntry("RegistrarBreakerOpen", "Breaker payment-charge is OPEN.")
                .containsEntry("RegistrarUndoBreakerOpen", "Breaker payment-refund is HALF_OPEN.")
                .containsEntry("RegistrarCompensationFailed", "Open undo work: refund 1.")
                .containsEntry("RegistrarBestEffortBreakerOpen", "Breaker sms is HALF_OPEN.")
                .containsEntry("RegistrarBreakerForced", "Breaker email is FORCED_OPEN.")
                .containsEntry(
                        "RegistrarMoneyAtRisk", "1000.10 USD in open undo work, the oldest since 2026-02-01T07:00:00Z.")
                .containsEntry("RegistrarMoneyAtRiskHigh", "1000.10 USD in open undo work, more than 1000.")
                .containsEntry("RegistrarRegistrationStuck", "The oldest registration was accepted 300 min ago.")
                .containsEntry("RegistrarWorkerNotPolling", "The worker of this instance is PAUSED.");
    }

    @Test
    void muchMoneyFiresAtOnceByTheThresholdOfItsCurrency() {
        for (List<String> money : List.of(
                List.of("1000.00", "USD"),
                List.of("1000.00", "EUR"),
                List.of("150000", "JPY"),
                List.of("1000", "CHF"))) {
            Money threshold = Money.of(money.get(0), money.get(1));
            Money more = new Money(threshold.amount().add(BigDecimal.ONE), threshold.currency());

            assertThat(firing(facts(young(threshold)))).as("%s", threshold).doesNotContain("RegistrarMoneyAtRiskHigh");
            assertThat(firing(facts(young(more)))).as("%s", more).startsWith("RegistrarMoneyAtRiskHigh");
        }
    }

    private static Unfinished young(Money atRisk) {
        return unfinished(null, null, Map.of("refund", 1L), NOW, List.of(atRisk), List.of());
    }

    @Test
    void thresholdsOfMuchMoneyAreThoseOfPrometheus() throws IOException {
        String rules = Files.readString(Path.of("prometheus", "rules", "recording.yml"));
        Map<String, BigDecimal> thresholds = new HashMap<>();
        Matcher line = Pattern.compile(
                        "0 \\* job_currency:registrar_money_at_risk:max(?:\\{currency=~?\"([A-Z|]+)\"})? \\+ (\\d+)")
                .matcher(rules);
        while (line.find()) {
            String currencies = line.group(1) == null ? "otherwise" : line.group(1);
            for (String currency : currencies.split("\\|", -1)) {
                thresholds.put(currency, new BigDecimal(line.group(2)));
            }
        }
        BigDecimal otherwise = thresholds.remove("otherwise");

        assertThat(FiringAlerts.MUCH).isEqualTo(thresholds);
        assertThat(FiringAlerts.MUCH_OTHERWISE).isEqualTo(otherwise);
    }

    @Test
    void nothingFiresWhenAllIsWellOrOnlyYoung() {
        assertThat(firing(facts(nothing()))).isEmpty();
        assertThat(firing(facts(unfinished(
                        NOW.minus(Duration.ofMinutes(14)),
                        NOW.minus(Duration.ofMinutes(4)),
                        Map.of(),
                        null,
                        List.of(),
                        List.of(new BatchProgress(UUID.randomUUID(), "RUNNING", 1, 2))))))
                .isEmpty();
    }

    @Test
    void ageDecidesWhichAlertOfTheSameKindFires() {
        Unfinished delayed = unfinished(
                NOW.minus(Duration.ofMinutes(16)), null, Map.of("delete_profile", 2L), NOW, List.of(), List.of());

        assertThat(firing(facts(delayed)))
                .containsExactly("RegistrarCompensationFailed", "RegistrarRegistrationsDelayed");
    }

    @Test
    void moneyAtRiskFiresOnceTheServiceHasRetriedForAWhile() {
        List<Money> amount = List.of(Money.of("49.90", "USD"));

        assertThat(firing(facts(unfinished(
                        null, null, Map.of("refund", 1L), NOW.minus(Duration.ofMinutes(19)), amount, List.of()))))
                .containsExactly("RegistrarCompensationFailed");
        assertThat(firing(facts(unfinished(
                        null, null, Map.of("refund", 1L), NOW.minus(Duration.ofMinutes(21)), amount, List.of()))))
                .containsExactly("RegistrarMoneyAtRisk", "RegistrarCompensationFailed");
    }

    @Test
    void unknownConditionsDoNotFireWhenTheDatabaseIsAway() {
        Map<String, Condition> unknown = Map.of(
                "temporal", new Condition(false, "answers"),
                "invariants", new Condition(false, "hold"),
                "registrations", new Condition(true, "not known: PostgreSQL does not answer"));

        assertThat(firing(new Facts(NOW, null, unknown, List.of(), "POLLING", Map.of(), 0)))
                .isEmpty();
    }
}
