package dev.registrar.operations;

import dev.registrar.compensation.Compensation;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A sum of money that users may have to get back, in one currency. */
public record AmountAtRisk(BigDecimal amount, String currency) {

    static List<AmountAtRisk> of(List<Money> sums) {
        return sums.stream()
                .map(sum -> new AmountAtRisk(sum.amount(), sum.currency()))
                .toList();
    }

    /** What these rows hold, a registration's charge once. */
    static List<AmountAtRisk> in(List<Compensation> rows) {
        Map<String, BigDecimal> sums = new TreeMap<>();
        Set<RegistrationId> counted = new HashSet<>();
        for (Compensation row : rows) {
            Money amount = row.amount();
            if (amount != null && !row.state().closed() && counted.add(row.registrationId())) {
                sums.merge(amount.currency(), amount.amount(), BigDecimal::add);
            }
        }
        return sums.entrySet().stream()
                .map(sum -> new AmountAtRisk(sum.getValue(), sum.getKey()))
                .toList();
    }
}
