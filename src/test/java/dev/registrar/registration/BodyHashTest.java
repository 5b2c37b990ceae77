package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.EmailAddress;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.UserProfile;
import dev.registrar.store.RequestData;
import dev.registrar.temporal.PayloadJson;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BodyHashTest {

    private final BodyHash hash = new BodyHash(PayloadJson.mapper());

    private String of(String amount, Map<String, @Nullable Object> preferences) {
        return hash.of(new RequestData(
                new UserProfile("u-1", new EmailAddress("ada@example.com"), "Ada", null, preferences),
                new PaymentRequest("u-1", Money.of(amount, "USD"), "pm_card_ok", null)));
    }

    @Test
    void hashIsSha256InHex() {
        assertThat(of("1", Map.of())).matches("[0-9a-f]{64}").isEqualTo(of("1", Map.of()));
    }

    @Test
    void equalAmountsAreTheSame() {
        assertThat(of("49.9", Map.of())).isEqualTo(of("49.90", Map.of())).isEqualTo(of("4.99e1", Map.of()));
        assertThat(of("49.9", Map.of())).isNotEqualTo(of("49.91", Map.of()));
    }

    @Test
    void equalNumbersAreTheSame() {
        assertThat(of("1", Map.of("n", new BigDecimal("1.50")))).isEqualTo(of("1", Map.of("n", new BigDecimal("1.5"))));
        assertThat(of("1", Map.of("n", new BigDecimal("2.0")))).isEqualTo(of("1", Map.of("n", 2L)));
        assertThat(of("1", Map.of("n", new BigDecimal("0.00")))).isEqualTo(of("1", Map.of("n", 0L)));
    }

    @Test
    void orderOfFieldsDoesNotCount() {
        Map<String, @Nullable Object> one = new LinkedHashMap<>();
        one.put("a", 1L);
        one.put("b", "x");
        Map<String, @Nullable Object> other = new LinkedHashMap<>();
        other.put("b", "x");
        other.put("a", 1L);

        assertThat(of("1", one)).isEqualTo(of("1", other));
    }

    @Test
    void typesAreNotMixedUp() {
        assertThat(of("1", Map.of("p", 1L))).isNotEqualTo(of("1", Map.of("p", "1")));
        assertThat(of("1", Map.of("p", true))).isNotEqualTo(of("1", Map.of("p", "true")));
        assertThat(of("1", Collections.singletonMap("p", null))).isNotEqualTo(of("1", Map.of("p", "null")));
        assertThat(of("1", Map.of("p", "A"))).isNotEqualTo(of("1", Map.of("p", "a")));
    }
}
