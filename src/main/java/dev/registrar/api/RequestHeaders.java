package dev.registrar.api;

import dev.registrar.api.Problem.ProblemException;
import dev.registrar.model.CardNumbers;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the request headers that need special rules. */
final class RequestHeaders {

    private static final BigInteger MOST_SECONDS = BigInteger.valueOf(30);

    /** What is between two commas or semicolons that are not quoted. */
    private static final Pattern PREFERENCE = Pattern.compile("(?:[^,;\"]++|\"(?:[^\"\\\\]++|\\\\.)*+\"|\")++");

    private static final Pattern WAIT = Pattern.compile("(?i)wait\\s*=\\s*(?:([0-9]+)|\"([0-9]+)\")");

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
        Matcher preferences = PREFERENCE.matcher(String.join(",", headers));
        while (preferences.find()) {
            Matcher wait = WAIT.matcher(preferences.group().strip());
            if (wait.matches()) {
                String seconds = wait.group(1) == null ? wait.group(2) : wait.group(1);
                return Duration.ofSeconds(
                        new BigInteger(seconds).min(MOST_SECONDS).longValueExact());
            }
        }
        return Duration.ZERO;
    }

    private RequestHeaders() {}
}
