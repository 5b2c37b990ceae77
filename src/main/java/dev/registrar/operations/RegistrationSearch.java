package dev.registrar.operations;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.UndoState;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.TextRules;
import dev.registrar.store.PageCursor;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationFilter;
import dev.registrar.store.RegistrationFilter.Position;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.StepError;
import dev.registrar.store.WaitingOn;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists registrations for operators, without personal data. Thread-safe. */
public final class RegistrationSearch {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;
    private static final int LONGEST_TERM = 200;

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final RegistrationStore store;
    private final CompensationLedger ledger;

    public RegistrationSearch(RegistrationStore store, CompensationLedger ledger) {
        this.store = store;
        this.ledger = ledger;
    }

    /**
     * What to list, as typed. Absent components do not restrict.
     *
     * @param term a registration's or undo row's id, a user's id or a provider's reference; then the others do not count
     * @param limit 1 to 200, default 50
     * @param cursor {@code nextCursor} of the page before
     */
    public record Query(
            @Nullable String status,
            @Nullable String userId,
            @Nullable String errorCode,
            @Nullable String createdAfter,
            @Nullable String createdBefore,
            @Nullable String term,
            @Nullable String limit,
            @Nullable String cursor) {}

    /** @param nextCursor absent on the last page */
    public record Page(List<Entry> items, @Nullable String nextCursor) {}

    /**
     * @param errors codes of the steps that failed
     * @param openRows undo rows that are being worked on or wait for somebody
     * @param nextTryAt when the next of them is retried automatically
     */
    public record Entry(
            RegistrationId id,
            String userId,
            String status,
            Money amount,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant finishedAt,
            List<String> errors,
            @Nullable WaitingOn waitingOn,
            int openRows,
            @Nullable Instant nextTryAt,
            int commandSeq) {

        static Entry of(Registration row, List<Compensation> undo) {
            List<Compensation> open = undo.stream()
                    .filter(each -> each.state() == UndoState.OPEN || each.state() == UndoState.RUNNING)
                    .toList();
            return new Entry(
                    row.id(),
                    row.userId(),
                    row.status().name(),
                    row.amount(),
                    row.createdAt(),
                    row.updatedAt(),
                    row.finishedAt(),
                    row.errors().stream().map(StepError::code).distinct().toList(),
                    row.waitingOn(),
                    open.size(),
                    open.stream()
                            .map(Compensation::nextTryAt)
                            .filter(Objects::nonNull)
                            .min(Comparator.naturalOrder())
                            .orElse(null),
                    row.commandSeq());
        }
    }

    /**
     * Newest first.
     *
     * @throws OperationRefusedException if a component is malformed
     */
    public Page list(Query query) {
        int limit = Optional.ofNullable(read("limit", "1 to " + MAX_LIMIT, query.limit(), RegistrationSearch::limit))
                .orElse(DEFAULT_LIMIT);
        RegistrationFilter filter = filter(query, limit + 1);
        String term = query.term();
        List<Registration> rows = term == null ? store.list(filter) : find(term, filter);
        boolean more = rows.size() > limit;
        List<Registration> page = more ? rows.subList(0, limit) : rows;
        return new Page(entries(page), more ? cursor(page.get(limit - 1)) : null);
    }

    private static String cursor(Registration last) {
        return PageCursor.write(new Position(last.createdAt(), last.id()));
    }

    private List<Registration> find(String term, RegistrationFilter filter) {
        if (term.length() > LONGEST_TERM || !TextRules.isPlain(term)) {
            throw OperationRefusedException.invalid(
                    "q: at most " + LONGEST_TERM + " characters, no control characters.");
        }
        Optional<RegistrationId> id = RegistrationId.parse(term);
        if (id.isPresent()) {
            Optional<Registration> found =
                    store.find(id.get()).or(() -> ofRow(id.get().value()));
            if (found.isPresent()) {
                return List.of(found.get());
            }
        }
        if (TextRules.isUserId(term)) {
            List<Registration> found = store.list(
                    new RegistrationFilter(null, null, term, null, null, null, filter.after(), filter.limit()));
            if (!found.isEmpty()) {
                return found;
            }
        }
        return store.findByReference(term);
    }

    private Optional<Registration> ofRow(UUID row) {
        return ledger.find(row).flatMap(found -> store.find(found.registrationId()));
    }

    private List<Entry> entries(List<Registration> rows) {
        Map<RegistrationId, List<Compensation>> undo =
                ledger.of(rows.stream().map(Registration::id).toList());
        return rows.stream()
                .map(row -> Entry.of(row, undo.getOrDefault(row.id(), List.of())))
                .toList();
    }

    private static RegistrationFilter filter(Query query, int limit) {
        return new RegistrationFilter(
                null,
                read(
                        "status",
                        "one of " + Arrays.toString(RegistrationStatus.values()),
                        query.status(),
                        RegistrationStatus::valueOf),
                read(
                        "userId",
                        "1 to 64 letters, digits, dots, dashes or underscores",
                        query.userId(),
                        text -> require(text, TextRules.isUserId(text))),
                read(
                        "errorCode",
                        "1 to 100 lower-case letters, digits or underscores",
                        query.errorCode(),
                        text -> require(text, RegistrationFilter.isErrorCode(text))),
                time("createdAfter", query.createdAfter()),
                time("createdBefore", query.createdBefore()),
                read(
                        "cursor",
                        "a nextCursor of an earlier answer",
                        query.cursor(),
                        text -> PageCursor.read(text).orElseThrow(IllegalArgumentException::new)),
                limit);
    }

    private static @Nullable Instant time(String name, @Nullable String text) {
        return read(name, "a time such as 2026-01-31T12:00:00Z", text, RegistrationSearch::time);
    }

    private static Instant time(String text) {
        Instant time = OffsetDateTime.parse(text).toInstant();
        // PostgreSQL's range of times differs from Java's.
        return time.isBefore(EARLIEST) ? EARLIEST : time.isAfter(LATEST) ? LATEST : time;
    }

    private static Integer limit(String text) {
        int limit = Integer.parseInt(text);
        return Integer.valueOf(require(text, limit >= 1 && limit <= MAX_LIMIT));
    }

    private static String require(String text, boolean valid) {
        if (!valid) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static <T> @Nullable T read(String name, String rule, @Nullable String text, Function<String, T> reader) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw OperationRefusedException.invalid(name + ": " + rule + ".");
        }
    }
}
