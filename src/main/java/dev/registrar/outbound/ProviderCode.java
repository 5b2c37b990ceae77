package dev.registrar.outbound;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A provider's error code, fit for our own error answers, logs and history. */
final class ProviderCode {

    /**
     * What looks like a code: it starts with a letter and has no blanks. A sentence, an address or a number in its place
     * could be personal data, so it is dropped as a whole instead of being trimmed into shape.
     */
    private static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");

    private static final Pattern SEPARATOR = Pattern.compile("[.-]");

    private ProviderCode() {}

    /** The code within {@code [a-z0-9_]{1,64}}, or {@code http_<status>}. */
    static String clean(@Nullable String code, int status) {
        if (code == null || !CODE.matcher(code).matches()) {
            return "http_" + status;
        }
        return SEPARATOR.matcher(code).replaceAll("_").toLowerCase(Locale.ROOT);
    }
}
