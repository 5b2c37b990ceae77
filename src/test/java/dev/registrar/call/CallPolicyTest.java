package dev.registrar.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallPolicy.Mode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallPolicyTest {

    private static CallPolicy policy(Duration first, Duration max, double factor) {
        return new CallPolicy(Mode.LOCAL_FIRST, Duration.ofMinutes(5), first, max, factor, 5, Duration.ofHours(1));
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "1, 2", "2, 4", "3, 8", "4, 16", "5, 32", "6, 60", "7, 60", "5000, 60"})
    void intervalDoublesUpToTheLongest(int spent, long seconds) {
        CallPolicy external = policy(Duration.ofSeconds(2), Duration.ofMinutes(1), 2.0);

        assertThat(external.intervalAfter(spent)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "2, 1500", "3, 2250", "4, 3375", "20, 30000"})
    void intervalGrowsByAHalfUpToTheLongest(int spent, long millis) {
        CallPolicy internal = policy(Duration.ofSeconds(1), Duration.ofSeconds(30), 1.5);

        assertThat(internal.intervalAfter(spent)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void durableFormDiffersInTheModeOnly() {
        CallPolicy plain = policy(Duration.ofSeconds(2), Duration.ofMinutes(1), 2.0);

        assertThat(plain.durable().mode()).isEqualTo(Mode.DURABLE);
        assertThat(plain.durable().withMode(Mode.LOCAL_FIRST)).isEqualTo(plain);
    }
}
