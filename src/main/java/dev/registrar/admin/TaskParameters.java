package dev.registrar.admin;

import dev.registrar.admin.TaskUsage.UsageException;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.OperatorNote;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parameters of one call, read strictly: unknown, repeated and malformed ones are refused. */
final class TaskParameters {

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private static final String ID = "an id such as 0f8e7d6c-5b4a-4392-8110-ffeeddccbbaa";

    private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7E]");

    private final Map<String, List<String>> values;
    private final @Nullable String user;

    /** @param user id of the authenticated caller; absent if authentication is off */
    TaskParameters(TaskUsage usage, Map<String, List<String>> values, @Nullable String user) {
        this.values = values;
        this.user = user;
        values.forEach((name, given) -> {
            if (!usage.parameters().containsKey(name)) {
                throw new UsageException("There is no parameter " + printable(name) + ".");
            }
            if (given.size() != 1) {
                throw new UsageException(name + ": given more than once.");
            }
            if (given.get(0).isEmpty()) {
                // Often an unset variable of a script: without a filter the task would take everything.
                throw new UsageException(name + ": is empty; leave it out if it is not needed.");
            }
        });
    }

    /** The caller's word as one short line, because it becomes part of the answer. */
    private static String printable(String name) {
        return '"' + TaskText.shorten(UNPRINTABLE.matcher(name).replaceAll("?"), 40) + '"';
    }

    @Nullable
    String text(String name) {
        List<String> given = values.get(name);
        return given == null ? null : given.get(0);
    }

    String required(String name) {
        String value = text(name);
        if (value == null) {
            throw new UsageException(name + ": missing.");
        }
        return value;
    }

    /** Whether nothing was given but the format. */
    boolean isBare() {
        return isOnly("format");
    }

    /** Whether nothing was given but this parameter and the format. */
    boolean isOnly(String name) {
        return values.keySet().stream().allMatch(given -> given.equals(name) || given.equals("format"));
    }

    boolean has(String name) {
        return text(name) != null;
    }

    UUID requiredId(String name) {
        required(name);
        return Objects.requireNonNull(id(name));
    }

    /** An id of any kind in its canonical form. */
    @Nullable
    UUID id(String name) {
        return read(name, "must be " + ID, text -> RegistrationId.of(text).value());
    }

    /** Different ids, separated by commas; none if the parameter is absent. */
    List<UUID> ids(String name) {
        List<UUID> ids = list(
                name,
                "must be " + ID + ", or several separated by commas",
                text -> RegistrationId.of(text).value());
        if (Set.copyOf(ids).size() < ids.size()) {
            throw new UsageException(name + ": the same id is given more than once.");
        }
        return ids;
    }

    /** Whole numbers, separated by commas; none if the parameter is absent. */
    List<Integer> numbers(String name) {
        return list(name, "must be a whole number, or several separated by commas", Integer::valueOf);
    }

    /** A duration as in the configuration ({@code 10 min}) or ISO-8601 ({@code PT10M}); not negative. */
    @Nullable
    Duration duration(String name) {
        return read(name, "must be a duration such as 10 min or PT10M", text -> {
            Duration duration = text.startsWith("P") || text.startsWith("-")
                    ? Duration.parse(text)
                    : io.dropwizard.util.Duration.parse(text).toJavaDuration();
            if (duration.isNegative() || duration.compareTo(Duration.ofDays(36_500)) > 0) {
                throw new IllegalArgumentException();
            }
            return duration;
        });
    }

    /** A point in time, ISO-8601 with its zone. */
    @Nullable
    Instant time(String name) {
        return read(name, "must be a time such as 2026-01-31T00:00:00Z", text -> {
            Instant time = OffsetDateTime.parse(text).toInstant();
            // PostgreSQL's range of times differs from Java's.
            if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
                throw new IllegalArgumentException();
            }
            return time;
        });
    }

    int number(String name, int byDefault) {
        return Objects.requireNonNullElse(read(name, "must be a whole number", Integer::valueOf), byDefault);
    }

    BigDecimal decimal(String name, BigDecimal byDefault) {
        BigDecimal value = read(name, "must be a number such as 5 or 0.5", text -> {
            if (text.length() > 10) {
                throw new IllegalArgumentException();
            }
            return new BigDecimal(text);
        });
        return value == null ? byDefault : value;
    }

    /** {@code true} or {@code false}; null if absent. */
    @Nullable
    Boolean flag(String name) {
        return read(name, "must be true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        });
    }

    @Nullable
    String choice(String name, String... possible) {
        String value = text(name);
        if (value != null && !List.of(possible).contains(value)) {
            throw new UsageException(name + ": one of " + String.join(", ", possible) + ".");
        }
        return value;
    }

    /** Who changes something, and why. */
    OperatorNote note() {
        return note(null);
    }

    /** The same for an action on several things, which reads {@code seenSeq} itself. */
    OperatorNote noteOfSeveral() {
        return OperatorNote.of(user, text("actor"), text("reason"), null);
    }

    /**
     * The same for an action whose reason may be left out.
     *
     * @param byDefault the reason that is recorded then; absent if one is required
     */
    OperatorNote note(@Nullable String byDefault) {
        return OperatorNote.of(
                user,
                text("actor"),
                has("reason") ? text("reason") : byDefault,
                read("seenSeq", "must be a whole number", Integer::valueOf));
    }

    private <T> List<T> list(String name, String rule, Function<String, T> reader) {
        List<T> values = read(
                name,
                rule,
                text -> Stream.of(text.split(",", -1))
                        .map(String::strip)
                        .map(reader)
                        .toList());
        return values == null ? List.of() : values;
    }

    private <T> @Nullable T read(String name, String rule, Function<String, T> reader) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new UsageException(name + ": " + rule + ".");
        }
    }
}
