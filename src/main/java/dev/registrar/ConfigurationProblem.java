package dev.registrar;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is wrong with one option.
 *
 * @param option as a path from the root of the file, {@code services.email.from}; empty for the file as a whole
 * @param reason what is wrong or what is allowed, without the value: it may be a secret
 */
record ConfigurationProblem(String option, String reason) {

    /** Features report in this form what is wrong with an option of their section. */
    private static final Pattern OPTION_AND_REASON =
            Pattern.compile("(?s)([A-Za-z][A-Za-z0-9]*(?:\\[\\d+])?(?:\\.[A-Za-z0-9]+(?:\\[\\d+])?)*): (.+)");

    /**
     * Splits {@code option: reason}.
     *
     * @param section where the option is; a message that names none is about the section itself
     */
    static ConfigurationProblem in(String section, String message) {
        Matcher matcher = OPTION_AND_REASON.matcher(message);
        return matcher.matches()
                ? new ConfigurationProblem(join(section, matcher.group(1)), matcher.group(2))
                : new ConfigurationProblem(section, message);
    }

    /** The option may be given from the root, from the section, or be the section's last part. */
    private static String join(String section, String option) {
        if (section.isEmpty() || option.equals(section) || option.startsWith(section + ".")) {
            return option;
        }
        return section.equals(option) || section.endsWith("." + option) ? section : section + "." + option;
    }

    @Override
    public String toString() {
        return option.isEmpty() ? reason : option + ": " + reason;
    }
}
