package dev.registrar.api;

import dev.registrar.api.Problem.ProblemException;
import dev.registrar.model.TextRules;
import dev.registrar.store.PageCursor;
import dev.registrar.store.RegistrationFilter;
import dev.registrar.store.RegistrationFilter.Position;
import dev.registrar.store.RegistrationStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The query of a list, read and checked. */
record ListQuery(
        @Nullable RegistrationStatus status,
        @Nullable String userId,
        @Nullable String errorCode,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore,
        int limit,
        @Nullable Position after) {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final Pattern DATE_TIME =
            Pattern.compile("(?<local>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
                    + "(?:\\.[0-9]{1,9})?)(?:Z|(?<sign>[+-])(?<hours>[01][0-9]|2[0-3]):(?<minutes>[0-5][0-9]))");

    static ListQuery read(
            @Nullable String status,
            @Nullable String userId,
            @Nullable String errorCode,
            @Nullable String createdAfter,
            @Nullable String createdBefore,
            @Nullable String limit,
            @Nullable String cursor) {
        Position after =
                value(cursor, "cursor", text -> PageCursor.read(text).orElseThrow(IllegalArgumentException::new));
        Integer size = value(limit, "limit", ListQuery::limit);
        return new ListQuery(
                value(status, "status", RegistrationStatus::valueOf),
                value(userId, "userId", ListQuery::userId),
                value(errorCode, "errorCode", ListQuery::errorCode),
                value(createdAfter, "createdAfter", ListQuery::instant),
                value(createdBefore, "createdBefore", ListQuery::instant),
                size == null ? DEFAULT_LIMIT : size,
                after);
    }

    /** Fetches one row more than the page, to find out whether there is a next page. */
    RegistrationFilter filter(@Nullable String caller) {
        return new RegistrationFilter(caller, status, userId, errorCode, createdAfter, createdBefore, after, limit + 1);
    }

    RegistrationPage page(List<RegistrationView> found) {
        if (found.size() <= limit) {
            return new RegistrationPage(found, null);
        }
        List<RegistrationView> items = found.subList(0, limit);
        RegistrationView last = items.get(limit - 1);
        return new RegistrationPage(items, PageCursor.write(new Position(last.createdAt(), last.id())));
    }

    private static <T> @Nullable T value(@Nullable String text, String name, Function<String, T> reader) {
        if (text == null) {
            return null;
        }
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new ProblemException(400, "invalid_parameter", name + ": " + rule(name));
        }
    }

    private static String rule(String name) {
        return switch (name) {
            case "status" -> "one of " + Arrays.toString(RegistrationStatus.values()) + ".";
            case "limit" -> "1 to " + MAX_LIMIT + ".";
            case "cursor" -> "a nextCursor of an earlier answer.";
            case "errorCode" -> "1 to 100 lower-case letters, digits or underscores.";
            case "userId" -> "1 to 64 letters, digits, dots, dashes or underscores.";
            default -> "a time such as 2026-01-31T12:00:00Z.";
        };
    }

    private static int limit(String text) {
        // Stricter than the parser, which accepts a plus sign and the digits of any script.
        int limit = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException();
        }
        return limit;
    }

    private static String userId(String text) {
        if (!TextRules.isUserId(text)) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static String errorCode(String text) {
        if (!RegistrationFilter.isErrorCode(text)) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    /** RFC 3339 with any offset; restricted to the years 1 to 9999, which the database can compare. */
    private static Instant instant(String text) {
        Matcher parts = DATE_TIME.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException();
        }
        Instant written = LocalDateTime.parse(parts.group("local")).toInstant(ZoneOffset.UTC);
        if (written.isBefore(EARLIEST)) {
            throw new IllegalArgumentException();
        }
        if (parts.group("hours") == null) {
            return written;
        }
        Duration east = Duration.ofHours(Long.parseLong(parts.group("hours")))
                .plusMinutes(Long.parseLong(parts.group("minutes")));
        Instant instant = parts.group("sign").equals("+") ? written.minus(east) : written.plus(east);
        return instant.isBefore(EARLIEST) ? EARLIEST : instant.isAfter(LATEST) ? LATEST : instant;
    }

    /** @param nextCursor for the next page; null on the last one */
    public record RegistrationPage(
            List<RegistrationView> items, @Nullable String nextCursor) {}
}
