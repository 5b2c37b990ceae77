package dev.registrar.registration;

import dev.registrar.model.Step;
import dev.registrar.model.TextRules;
import dev.registrar.model.UserProfile;
import java.util.Objects;

/** Which welcome messages a user gets, and in which language, according to the preferences of the request. */
public final class NotificationPreferences {

    private static final String DEFAULT_LOCALE = "en";

    private NotificationPreferences() {}

    /** Whether the user gets this message: has an address for it and has not opted out. */
    public static boolean wanted(UserProfile profile, Step channel) {
        return switch (channel) {
            case EMAIL -> consents(profile, "notifications.email");
            case SMS -> profile.phoneNumber() != null && consents(profile, "notifications.sms");
            case PROFILE, PAYMENT, DATABASE -> false;
        };
    }

    /** The language of the texts: a BCP 47 tag; the default if the preference is none. */
    static String locale(UserProfile profile) {
        return profile.preferences().get("locale") instanceof String locale && TextRules.isLanguageTag(locale)
                ? locale
                : DEFAULT_LOCALE;
    }

    /** What cannot be read is never taken for a yes. */
    private static boolean consents(UserProfile profile, String preference) {
        Object value = profile.preferences().getOrDefault(preference, true);
        return Objects.equals(value, true) || Objects.equals(value, "on");
    }
}
