package dev.registrar.outbound;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code Retry-After}: seconds or an HTTP date, honoured within 1 s and 10 min. */
final class RetryAfter {

    private static final Duration MIN = Duration.ofSeconds(1);
    private static final Duration MAX = Duration.ofMinutes(10);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,18}");

    private RetryAfter() {}

    /** How long to wait; null where the header is absent or says nothing that can be read. */
    static @Nullable Duration parse(@Nullable String header, Clock clock) {
        if (header == null) {
            return null;
        }
        String text = header.strip();
        if (SECONDS.matcher(text).matches()) {
            return clamp(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            ZonedDateTime at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            return clamp(Duration.between(clock.instant(), at.toInstant()));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Duration clamp(Duration asked) {
        if (asked.compareTo(MIN) < 0) {
            return MIN;
        }
        return asked.compareTo(MAX) > 0 ? MAX : asked;
    }
}
