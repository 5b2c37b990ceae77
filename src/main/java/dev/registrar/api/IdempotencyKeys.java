package dev.registrar.api;

import dev.registrar.model.CardNumbers;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Idempotency-Key} header: 1 to 255 visible ASCII characters, bare or quoted. */
final class IdempotencyKeys {

    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7E]{1,255}");

    private IdempotencyKeys() {}

    /** The key without its quotes; null where none was sent. */
    static @Nullable String read(@Nullable String header) {
        if (header == null) {
            return null;
        }
        boolean quoted = header.length() >= 2 && header.startsWith("\"") && header.endsWith("\"");
        String key = quoted ? header.substring(1, header.length() - 1) : header;
        if (!VISIBLE.matcher(key).matches()) {
            throw new ProblemException(
                    400, "idempotency_key_invalid", "An Idempotency-Key has 1 to 255 visible ASCII characters.");
        }
        if (CardNumbers.brandedIn(key)) {
            throw new ProblemException(422, "card_number_refused", "Card numbers are refused everywhere.");
        }
        return key;
    }
}
