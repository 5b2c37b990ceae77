package dev.registrar.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Personal data and secrets are never printed. */
class MaskedValuesTest {

    private static final UserProfile ADA = new UserProfile(
            "u-1001",
            EmailAddress.of("ada@example.com"),
            "Ada Lovelace",
            PhoneNumber.of("+14155550101"),
            Map.of("locale", "en"));

    @Test
    void printedFormHoldsNoPersonalData() {
        List<Object> values = List.of(
                ADA,
                ADA.email(),
                PhoneNumber.of("+14155550101"),
                new PaymentRequest("u-1001", Money.of("1", "USD"), "pm_card_ok", "Ada's plan"),
                new Secret("s3cret"));

        assertThat(values.toString())
                .doesNotContain("ada", "Ada", "example.com", "4155550101", "pm_card_ok", "s3cret")
                .contains("u-1001");
    }

    @Test
    void secretIsRevealedOnlyWhenAskedFor() {
        assertThat(new Secret("s3cret")).hasToString("[redacted]");
        assertThat(new Secret("s3cret").reveal()).isEqualTo("s3cret");
    }

    @Test
    void preferencesAreCopiedInTheirOrderAndMayHoldNull() {
        Map<String, @Nullable Object> given = new LinkedHashMap<>();
        given.put("b", true);
        given.put("a", null);

        UserProfile profile = new UserProfile("u", EmailAddress.of("a@b.c"), "A", null, given);
        given.clear();

        assertThat(profile.preferences().keySet()).containsExactly("b", "a");
    }

    @Test
    void stableCodeNamesServiceAndKind() {
        assertThat(new UnavailableException(Step.SMS, "x").code()).isEqualTo("sms_unavailable");
        assertThat(new RejectedException(Step.PAYMENT, "c", "x").code()).isEqualTo("payment_rejected");
        assertThat(new UnknownOutcomeException(Step.PROFILE, "x").code()).isEqualTo("profile_unknown");
    }
}
