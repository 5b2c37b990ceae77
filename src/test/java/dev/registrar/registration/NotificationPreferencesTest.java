package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.EmailAddress;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the workflow reads preferences, including those accepted by an earlier version. */
class NotificationPreferencesTest {

    private static UserProfile profile(String preference, @Nullable Object value) {
        Map<String, @Nullable Object> preferences = new HashMap<>();
        preferences.put(preference, value);
        return new UserProfile(
                "u-1", EmailAddress.of("ada@example.com"), "Ada", PhoneNumber.of("+14155550101"), preferences);
    }

    @Test
    void onlyAClearYesOrNothingIsAYes() {
        for (Object yes : new Object[] {true, "on"}) {
            assertThat(NotificationPreferences.wanted(profile("notifications.sms", yes), Step.SMS))
                    .isTrue();
        }
        for (Object no : new @Nullable Object[] {false, "off", "OFF", "no", "yes", "", 0L, 1L, null}) {
            assertThat(NotificationPreferences.wanted(profile("notifications.sms", no), Step.SMS))
                    .isFalse();
            assertThat(NotificationPreferences.wanted(profile("notifications.sms", no), Step.EMAIL))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../etc", "en_US", "de ", "x-private", "deutschland"})
    void localeThatIsNoLanguageTagIsTheDefault(String locale) {
        assertThat(NotificationPreferences.locale(profile("locale", locale))).isEqualTo("en");
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "de-AT", "zh-Hant-TW"})
    void languageTagIsTaken(String locale) {
        assertThat(NotificationPreferences.locale(profile("locale", locale))).isEqualTo(locale);
    }

    @Test
    void localeOfAnotherTypeIsTheDefault() {
        assertThat(NotificationPreferences.locale(profile("locale", 5L))).isEqualTo("en");
        assertThat(NotificationPreferences.locale(profile("locale", null))).isEqualTo("en");
    }
}
