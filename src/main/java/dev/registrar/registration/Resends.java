package dev.registrar.registration;

import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.store.Command;
import dev.registrar.store.CommandInbox;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.RegistrationRecords.CommandOf;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The resends of a registration: its {@code resend} commands, by n. Thread-safe. */
public final class Resends implements ResendRecords {

    /** One row for each message that never succeeded; its code is that of the last attempt. */
    private static final String FAILED = """
            WITH failed AS (
                SELECT r.id, r.user_id, r.created_at, r.command_seq, e.step,
                       COALESCE((SELECT s."errorCode" FROM commands c,
                                        jsonb_to_recordset(CASE WHEN c.kind = 'resend' THEN c.result END)
                                        AS s(name text, "errorCode" text)
                                 WHERE c.registration_id = r.id AND s.name = e.step
                                   AND s."errorCode" IS NOT NULL
                                 ORDER BY c.seq DESC LIMIT 1), e.code) AS code
                FROM registrations r
                     CROSS JOIN LATERAL jsonb_to_recordset(r.errors) AS e(step text, code text)
                WHERE r.status = 'COMPLETED' AND r.errors <> CAST('[]' AS jsonb) AND r.request IS NOT NULL
                  AND e.step IN ('email', 'sms') AND (CAST(:service AS text) IS NULL OR e.step = :service)
                  AND (CAST(:after AS timestamptz) IS NULL OR r.created_at > CAST(:after AS timestamptz))
                  AND (CAST(:before AS timestamptz) IS NULL OR r.created_at < CAST(:before AS timestamptz))
                  AND NOT EXISTS (SELECT 1 FROM commands c
                                  WHERE c.registration_id = r.id AND c.kind = 'resend'
                                    AND c.applied_at IS NULL)
                  AND NOT EXISTS (SELECT 1 FROM commands c,
                                         jsonb_to_recordset(CASE WHEN c.kind = 'resend' THEN c.result END)
                                         AS s(name text, status text)
                                  WHERE c.registration_id = r.id AND s.name = e.step
                                    AND s.status = 'SUCCEEDED'))
            """;

    private final Jdbi jdbi;
    private final JsonColumns json;
    private final CommandInbox inbox;

    public Resends(Jdbi jdbi, JsonColumns json, CommandInbox inbox) {
        this.jdbi = jdbi;
        this.json = json;
        this.inbox = inbox;
    }

    /**
     * The n-th resend of a registration's welcome messages.
     *
     * @param steps how its steps ended so far
     * @param running whether a command of it is not yet applied
     */
    public record Resend(
            RegistrationId registrationId, int n, ResendData data, List<ResendStep> steps, boolean running) {

        public boolean succeeded(Step step) {
            return steps.stream().anyMatch(done -> done.name() == step && done.succeeded());
        }

        /** What is still to be done, in order. */
        public List<Step> left() {
            return data.steps().stream().filter(step -> !succeeded(step)).toList();
        }
    }

    /** All resends of a registration, by n; those whose data was erased are left out. */
    public List<Resend> of(RegistrationId id) {
        return jdbi.withHandle(handle -> of(handle, id));
    }

    private List<Resend> of(Handle handle, RegistrationId id) {
        Map<Integer, List<Command>> byNumber = new TreeMap<>();
        inbox.of(handle, id, Command.Kind.RESEND)
                .forEach(command -> byNumber.computeIfAbsent(Integer.valueOf(command.target()), n -> new ArrayList<>())
                        .add(command));
        return byNumber.values().stream()
                .map(commands -> resend(handle, id, commands))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Resend> resend(Handle handle, RegistrationId id, List<Command> commands) {
        Map<Step, ResendStep> steps = new EnumMap<>(Step.class);
        commands.forEach(
                command -> json.list(command.result(), ResendStep.class).forEach(step -> steps.put(step.name(), step)));
        Command first = commands.get(0);
        boolean running = commands.stream().anyMatch(command -> !command.applied());
        return inbox.payload(handle, id, first.seq(), ResendData.class)
                .map(data ->
                        new Resend(id, Integer.parseInt(first.target()), data, List.copyOf(steps.values()), running));
    }

    /** Stores the command in the caller's transaction, which has locked the registration; returns its number. */
    public int ask(Handle handle, RegistrationId id, int n, ResendData data, Sender sender) {
        return inbox.add(handle, id, Command.Kind.RESEND, String.valueOf(n), data, sender);
    }

    /**
     * Selects messages of completed registrations that never succeeded. Absent components do not restrict.
     *
     * @param service {@code EMAIL} or {@code SMS}
     * @param errorCode how the last attempt ended; absent: any definite failure, because a message of unknown outcome
     *     may have arrived
     */
    public record FailedFilter(
            @Nullable Step service,
            @Nullable String errorCode,
            @Nullable Instant createdAfter,
            @Nullable Instant createdBefore,
            int limit) {}

    /**
     * The failed messages of one registration.
     *
     * @param errorCodes how the last attempt of each channel ended, in the order of the channels
     */
    public record FailedMessages(
            RegistrationId registrationId,
            String userId,
            List<Step> channels,
            List<String> errorCodes,
            Instant createdAt,
            int commandSeq) {}

    /** @param total how many registrations match, regardless of the limit */
    public record FailedPage(List<FailedMessages> items, int total) {}

    /** The matching registrations, oldest first; those with a resend under way, or whose data was erased, are left out. */
    public FailedPage failed(FailedFilter filter) {
        return jdbi.withHandle(handle -> {
            int[] total = {0};
            List<FailedMessages> items = bound(handle.createQuery(FAILED + """
                            SELECT id, user_id, created_at, command_seq, count(*) OVER () AS total,
                                   string_agg(step, ',' ORDER BY step) AS channels,
                                   string_agg(code, ',' ORDER BY step) AS codes
                            FROM failed
                            WHERE CASE WHEN CAST(:code AS text) IS NULL THEN code NOT LIKE '%\\_unknown' ELSE code = :code END
                            GROUP BY id, user_id, created_at, command_seq
                            ORDER BY created_at, id LIMIT :limit
                            """), filter)
                    .bind("code", filter.errorCode())
                    .bind("limit", filter.limit())
                    .map((row, context) -> {
                        total[0] = row.getInt("total");
                        return new FailedMessages(
                                new RegistrationId(row.getObject("id", UUID.class)),
                                row.getString("user_id"),
                                Stream.of(row.getString("channels").split(",", -1))
                                        .map(Step::of)
                                        .toList(),
                                List.of(row.getString("codes").split(",", -1)),
                                row.getTimestamp("created_at").toInstant(),
                                row.getInt("command_seq"));
                    })
                    .list();
            return new FailedPage(items, total[0]);
        });
    }

    /**
     * How many messages of its channel and time the filter leaves out because their outcome is unknown: none if it names their
     * code.
     */
    public int leftOut(FailedFilter filter) {
        String named = filter.errorCode();
        if (named != null && named.endsWith("_unknown")) {
            return 0;
        }
        return jdbi.withHandle(handle -> bound(handle.createQuery(FAILED + """
                                SELECT count(*) FROM failed
                                WHERE code LIKE '%\\_unknown'
                                  AND (CAST(:named AS text) IS NULL OR split_part(code, '_', 1) = split_part(:named, '_', 1))
                                """), filter)
                .bind("named", named)
                .mapTo(Integer.class)
                .one());
    }

    private static Query bound(Query query, FailedFilter filter) {
        return query.bind(
                        "service",
                        filter.service() == null ? null : filter.service().code())
                .bind("after", filter.createdAfter())
                .bind("before", filter.createdBefore());
    }

    @Override
    public ResendOrder resendOrder(CommandOf request) {
        try {
            return jdbi.withHandle(handle -> {
                int n = Integer.parseInt(inbox.find(request.registrationId(), request.seq())
                        .orElseThrow()
                        .target());
                Resend resend = of(handle, request.registrationId()).stream()
                        .filter(each -> each.n() == n)
                        .findFirst()
                        .orElseThrow();
                List<ResendStep> done =
                        resend.steps().stream().filter(ResendStep::succeeded).toList();
                return new ResendOrder(n, resend.data(), done, resend.left());
            });
        } catch (IllegalStateException | IllegalArgumentException | NoSuchElementException e) {
            throw new RejectedException(
                    Step.DATABASE, "unreadable_command", "command " + request.seq() + " cannot be read");
        }
    }
}
