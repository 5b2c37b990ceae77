package dev.registrar.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.metrics.OutcomeTotals.Bucket;
import dev.registrar.metrics.OutcomeTotals.Totals;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTotalsTest {

    @Test
    void registrationsCompletedAfterARepairDoNotCountAsSlow() {
        List<Bucket> oneWithinASecond = List.of(new Bucket(1, 1), new Bucket(10, 1), new Bucket(14_400, 1));

        assertThat(new Totals(3, 0, 0, 0, 0, oneWithinASecond).quantile(0.99)).isEqualTo(0.99);
        assertThat(new Totals(2, 0, 0, 0, 0, List.of(new Bucket(1, 0), new Bucket(10, 0))).quantile(0.99))
                .isNull();
    }
}
