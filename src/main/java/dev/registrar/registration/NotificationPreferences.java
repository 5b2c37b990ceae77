package dev.registrar.registration;

import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;

/** Which welcome messages a user gets, and in which language, according to the preferences of the request. */
public final class NotificationPreferences {

    private static final String DEFAULT_LOCALE = "en";

    private NotificationPreferences() {}

    /** Whether the user gets this message: has an address for it and has not opted out. */
    public static boolean wanted(UserProfile profile, Step channel) {
        return switch (channel) {
            case EMAIL -> !optedOut(profile, "notifications.email");
            case SMS -> profile.phoneNumber() != null && !optedOut(profile, "notifications.sms");
            case PROFILE, PAYMENT, DATABASE -> false;
        };
    }

    /** The language of the texts. */
    static String locale(UserProfile profile) {
        return profile.preferences().get("locale") instanceof String locale ? locale : DEFAULT_LOCALE;
    }

    private static boolean optedOut(UserProfile profile, String preference) {
        Object value = profile.preferences().get(preference);
        return Boolean.FALSE.equals(value) || "off".equals(value);
    }
}
