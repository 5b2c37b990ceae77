package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.api.Problem.ProblemException;
import dev.registrar.model.CardNumbers;
import dev.registrar.model.PhoneNumber;
import dev.registrar.store.RequestData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegistrationRequestReaderTest {

    private final JsonBody json = new JsonBody();
    private final RegistrationRequestReader reader =
            new RegistrationRequestReader(currency -> BigDecimal.valueOf(1_000_000));

    private RequestData read(String body) throws IOException {
        return reader.read(json.read(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void thousandPhoneNumbersAreAccepted() throws IOException {
        Random random = new Random(164);
        int likeCards = 0;

        for (int i = 0; i < 1_000; i++) {
            StringBuilder phone = new StringBuilder("+").append(1 + random.nextInt(9));
            int more = 6 + random.nextInt(9);
            for (int digit = 0; digit < more; digit++) {
                phone.append(random.nextInt(10));
            }

            RequestData request = read(Requests.with("userProfile.phoneNumber", "\"" + phone + "\""));

            assertThat(request.userProfile().phoneNumber()).isEqualTo(new PhoneNumber(phone.toString()));
            likeCards += CardNumbers.anyIn(phone.substring(1)) ? 1 : 0;
        }
        assertThat(likeCards).as("of 13 digits or more, and passing Luhn").isGreaterThan(10);
    }

    @Test
    void equalAddressesAreEqualHoweverTheyAreWritten() throws IOException {
        String composed = read(Requests.with("userProfile.email", "\"Ren\u00e9@ex\u00e9mple.COM\""))
                .userProfile()
                .email()
                .value();
        String decomposed = read(Requests.with("userProfile.email", "\"Rene\u0301@EXE\u0301MPLE.com\""))
                .userProfile()
                .email()
                .value();

        assertThat(composed).isEqualTo("Ren\u00e9@ex\u00e9mple.com").isEqualTo(decomposed);
    }

    @Test
    void numbersInPreferencesAreExactUpToTwelveDigits() throws IOException {
        for (String number : new String[] {"999999999999", "-999999999999", "0.1234567890123452", "5e-324", "1.50"}) {
            Object kept = read(Requests.with("userProfile.preferences", "{\"p\":" + number + "}"))
                    .userProfile()
                    .preferences()
                    .get("p");

            assertThat(new BigDecimal(String.valueOf(kept))).isEqualByComparingTo(number);
        }
    }

    @Test
    void phoneNumberThatLooksLikeACardIsAccepted() throws IOException {
        RequestData request = read(Requests.with("userProfile.phoneNumber", "\"+378282246310005\""));

        assertThat(request.userProfile().phoneNumber()).isEqualTo(new PhoneNumber("+378282246310005"));
    }

    @Test
    void longNumberIsAUserIdUnlessItIsACard() throws IOException {
        assertThat(read(Requests.with("userProfile.userId", "\"1000000000008\""))
                        .userProfile()
                        .userId())
                .isEqualTo("1000000000008");
        assertThatThrownBy(() -> read(Requests.with("userProfile.userId", "\"4111111111111111\"")))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("card_number_refused"));
    }

    @Test
    void amountIsExactAndCurrencyIsDollarsByDefault() throws IOException {
        RequestData request = read(Requests.without("payment.currency"));

        assertThat(request.payment().amount()).hasToString("49.90 USD");
        assertThat(request.payment().userId()).isEqualTo(request.userProfile().userId());
    }
}
