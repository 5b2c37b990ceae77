package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.EmailAddress;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.UserProfile;
import dev.registrar.store.RequestData;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MaskedDataTest {

    private static MaskedData masked(String email, String name, @Nullable String phone) {
        return MaskedData.of(new RequestData(
                new UserProfile(
                        "u-1",
                        new EmailAddress(email),
                        name,
                        phone == null ? null : new PhoneNumber(phone),
                        Map.of("locale", "de-AT", "nickname", "Countess")),
                new PaymentRequest("u-1", Money.of("49.90", "USD"), "pm_card_ok", "Annual plan")));
    }

    @Test
    void firstLettersStay() {
        assertThat(masked("ada@mail.example.com", "Ada  King Lovelace", "+14155550101"))
                .isEqualTo(new MaskedData("a***@m***.com", "A*** K*** L***", "+1***01", "de-AT", "pm_***"));
        assertThat(masked("a@b.de", "\ud83d\ude00", null))
                .isEqualTo(new MaskedData("a***@b***.de", "\ud83d\ude00***", null, "de-AT", "pm_***"));
    }
}
