package dev.registrar.api;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@code Prefer: wait=N} (RFC 7240): seconds, more than 30 is 30, what is unreadable is no wish. */
final class PreferWait {

    private static final int MOST = 30;

    private PreferWait() {}

    /**
     * How long to wait; zero where nothing was asked.
     *
     * @param headers the values of all headers of that name, which are one list (RFC 7240); the first wish counts
     */
    static Duration read(@Nullable List<String> headers) {
        if (headers == null) {
            return Duration.ZERO;
        }
        for (String preference : String.join(",", headers).split("[,;]", -1)) {
            String[] parts = preference.strip().split("=", 2);
            if (parts.length == 2 && parts[0].strip().toLowerCase(Locale.ROOT).equals("wait")) {
                String seconds = parts[1].strip();
                if (seconds.matches("[0-9]{1,9}")) {
                    return Duration.ofSeconds(Math.min(MOST, Integer.parseInt(seconds)));
                }
            }
        }
        return Duration.ZERO;
    }
}
