package dev.registrar.api;

import dev.registrar.model.CardNumbers;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Idempotency-Key} header: 1 to 255 visible ASCII characters, bare or quoted. */
final class IdempotencyKeys {

    /** Bare, and then without a quote at its begin, or quoted. */
    static final String FORM = "(?:[!#-~][!-~]{0,254}|\"[!-~]{1,255}\")";

    private static final Pattern VISIBLE = Pattern.compile(FORM);

    private IdempotencyKeys() {}

    /**
     * The key without its quotes; null where none was sent.
     *
     * @param headers the values of all headers of that name
     */
    static @Nullable String read(@Nullable List<String> headers) {
        if (headers == null || headers.isEmpty()) {
            return null;
        }
        String header = headers.get(0);
        if (headers.size() > 1 || !VISIBLE.matcher(header).matches()) {
            throw new ProblemException(
                    400,
                    "idempotency_key_invalid",
                    "There is one Idempotency-Key at most, of 1 to 255 visible ASCII characters.");
        }
        String key = header.startsWith("\"") ? header.substring(1, header.length() - 1) : header;
        if (CardNumbers.brandedIn(key)) {
            throw new ProblemException(422, "card_number_refused", "Card numbers are refused everywhere.");
        }
        return key;
    }
}
