package dev.registrar.api;

import dev.registrar.api.Problem.ProblemException;
import dev.registrar.model.CardNumbers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the request headers that need special rules. */
final class RequestHeaders {

    private static final int MOST_SECONDS = 30;

    /** Either bare, not beginning with a quote, or quoted. */
    static final String KEY_FORM = "(?:[!#-~][!-~]{0,254}|\"[!-~]{1,255}\")";

    private static final Pattern KEY = Pattern.compile(KEY_FORM);

    /**
     * The {@code Idempotency-Key}, 1 to 255 visible ASCII characters, without its quotes; null if none was sent.
     *
     * @param headers the values of all headers of that name
     */
    static @Nullable String idempotencyKey(@Nullable List<String> headers) {
        if (headers == null || headers.isEmpty()) {
            return null;
        }
        String header = headers.get(0);
        if (headers.size() > 1 || !KEY.matcher(header).matches()) {
            throw new ProblemException(
                    400,
                    "idempotency_key_invalid",
                    "At most one Idempotency-Key is allowed, of 1 to 255 visible ASCII characters.");
        }
        String key = header.startsWith("\"") ? header.substring(1, header.length() - 1) : header;
        if (CardNumbers.brandedIn(key)) {
            throw new ProblemException(422, "card_number_refused", "Card numbers are refused in every field.");
        }
        return key;
    }

    /**
     * How long {@code Prefer: wait=N} (RFC 7240) asks to wait, capped at 30 s; zero if it does not. Unparsable values are ignored.
     *
     * @param headers the values of all headers of that name, which form one list; the first {@code wait} counts
     */
    static Duration preferWait(@Nullable List<String> headers) {
        if (headers == null) {
            return Duration.ZERO;
        }
        for (String preference : String.join(",", headers).split("[,;]", -1)) {
            String[] parts = preference.strip().split("=", 2);
            if (parts.length == 2 && parts[0].strip().toLowerCase(Locale.ROOT).equals("wait")) {
                String seconds = parts[1].strip();
                if (seconds.matches("[0-9]{1,9}")) {
                    return Duration.ofSeconds(Math.min(MOST_SECONDS, Integer.parseInt(seconds)));
                }
            }
        }
        return Duration.ZERO;
    }

    private RequestHeaders() {}
}
