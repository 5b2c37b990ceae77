package dev.registrar.metrics;

import static dev.registrar.metrics.Metric.Type.AGE;
import static dev.registrar.metrics.Metric.Type.COUNTER;
import static dev.registrar.metrics.Metric.Type.GAUGE;
import static dev.registrar.metrics.Metric.Type.TIMER;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Every metric of this service: the only place that declares names, types, units, tags and help texts. The tables of
 * {@code docs/metrics.md} are generated from it. Tags take few, fixed values: never an id, an address or other personal data.
 */
@SuppressWarnings("ImmutableEnumChecker") // The lists come from List.of.
public enum Metric {
    CALL(
            "registrar.call",
            TIMER,
            "duration of calls to a service, from request to parsed response",
            Tag.SERVICE,
            Tag.OPERATION,
            Tag.CALL_OUTCOME),
    CALL_ATTEMPTS(
            "registrar.call.attempts",
            COUNTER,
            "calls to a service that the breaker permitted",
            Tag.SERVICE,
            Tag.OPERATION),
    UNLISTED_VALUES(
            "registrar.provider.unlisted",
            COUNTER,
            "undocumented values in providers' responses; each made its call count as unknown or unavailable",
            Tag.SERVICE,
            Tag.UNLISTED_VALUE),
    REFUSED(
            "registrar.provider.refused",
            GAUGE,
            "1 while a provider refuses this service's credentials or address (401, 403, …)",
            Tag.SERVICE),
    RETRIES("registrar.retries", COUNTER, "repeated attempts of steps, lookups and undo work", Tag.SERVICE),
    RETRIES_EXHAUSTED(
            "registrar.retries.exhausted",
            COUNTER,
            "calls given up because their attempts or their time ran out",
            Tag.SERVICE,
            Tag.EXHAUSTED_REASON),
    WAIT("registrar.wait", TIMER, "duration of waits before a call, by reason", Tag.SERVICE, Tag.WAIT_REASON),
    ACCEPTED("registrar.registrations.accepted", COUNTER, "registrations accepted"),
    INTAKE_REPLAYS(
            "registrar.intake.replays",
            COUNTER,
            "requests answered with the registration of an identical earlier request"),
    INTAKE_CONFLICTS(
            "registrar.intake.conflicts",
            COUNTER,
            "requests refused because they conflict with another registration",
            Tag.CODE),
    ENDED("registrar.registrations.ended", COUNTER, "registrations that ended or need attention", Tag.END_STATUS),
    DURATION(
            "registrar.registration.duration",
            TIMER,
            "time from acceptance until a registration ends or needs attention; not of those completed after a repair",
            Tag.END_STATUS),
    IN_FLIGHT(
            "registrar.registrations.in.flight",
            GAUGE,
            "registrations in the database that have not ended",
            Tag.UNFINISHED_STATUS),
    OLDEST_IN_FLIGHT(
            "registrar.oldest.in.flight",
            AGE,
            "age of the oldest registration that has neither ended nor needs attention"),
    COMPENSATIONS(
            "registrar.compensations",
            COUNTER,
            "undo work planned, done, left open or resolved by hand",
            Tag.UNDO_ACTION,
            Tag.UNDO_OUTCOME),
    OPEN_COMPENSATIONS("registrar.open.compensations", GAUGE, "open undo work in the database", Tag.UNDO_ACTION),
    OLDEST_OPEN("registrar.oldest.open.compensation", AGE, "age of the oldest open undo work"),
    AT_RISK(
            "registrar.money.at.risk",
            GAUGE,
            "money in open undo work, each charge counted once, in units of the currency",
            Tag.CURRENCY),
    REPLAY_BATCHES(
            "registrar.replay.batches",
            COUNTER,
            "replay batches started, done, stopped on their own or cancelled",
            Tag.BATCH_OUTCOME),
    REPLAY_RUNNING("registrar.replay.batches.running", GAUGE, "replay batches in the state RUNNING"),
    REPLAY_IDLE("registrar.replay.idle", AGE, "longest time without progress of a running replay batch"),
    REPLAY_ITEMS("registrar.replay.items", COUNTER, "undo rows replayed, by verified outcome", Tag.ITEM_OUTCOME),
    SWEEP(
            "registrar.sweep",
            TIMER,
            "duration of one round of the dispatcher or another periodic duty",
            Tag.DUTY,
            Tag.SWEEP_OUTCOME),
    SWEEPER_FINDINGS(
            "registrar.sweeper.findings",
            COUNTER,
            "runs started by the dispatcher, by reason, and registrations for which it could not start one",
            Tag.SWEEPER_FINDING),
    RECONCILE_FINDINGS(
            "registrar.reconcile.findings", COUNTER, "mismatches found by comparisons", Tag.RECONCILE_FINDING),
    RECONCILE_COMPARED("registrar.reconcile.compared", COUNTER, "registrations compared with providers and accounts"),
    PURGED("registrar.purged.rows", COUNTER, "rows deleted or cleared after their retention", Tag.ROWS),
    OPERATOR_ACTIONS(
            "registrar.operator.actions", COUNTER, "changes made by operators, by action", Tag.OPERATOR_ACTION),
    HTTP_REQUEST(
            "registrar.http.request",
            TIMER,
            "duration of requests to the REST interface, by route template",
            Tag.METHOD,
            Tag.ROUTE,
            Tag.HTTP_STATUS),
    INVARIANT_VIOLATIONS(
            "registrar.invariant.violations",
            GAUGE,
            "registrations whose state contradicts itself; 0 unless there is a defect"),
    UNMOVED(
            "registrar.registrations.unmoved",
            GAUGE,
            "registrations that should make progress and do not, by themselves or because nobody attends to them"),
    GAUGES_AGE("registrar.gauges.age", AGE, "time since the gauges over the database were last read"),
    WORKER_PAUSED("registrar.worker.paused", GAUGE, "1 while an operator has paused this instance's worker"),
    BUILD("registrar.build", GAUGE, "the running version; always 1", Tag.VERSION);

    /** The prefix of every name here. */
    static final String PREFIX = "registrar.";

    /** The keys of all tags here. */
    static final Set<String> TAG_KEYS = Arrays.stream(values())
            .flatMap(metric -> metric.tags.stream())
            .map(Tag::key)
            .collect(Collectors.toUnmodifiableSet());

    private final String id;
    private final Type type;
    private final String help;
    private final List<Tag> tags;

    Metric(String id, Type type, String help, Tag... tags) {
        this.id = id;
        this.type = type;
        this.help = help;
        this.tags = List.of(tags);
    }

    /** What Prometheus shows of a metric. */
    public enum Type {
        COUNTER("counter", ""),
        /** A histogram of durations. */
        TIMER("histogram", "seconds"),
        GAUGE("gauge", ""),
        /** A gauge that shows a time span. */
        AGE("gauge", "seconds");

        private final String prometheus;
        private final String unit;

        Type(String prometheus, String unit) {
            this.prometheus = prometheus;
            this.unit = unit;
        }

        /** Prometheus's type. */
        public String prometheus() {
            return prometheus;
        }

        /** Base unit; empty if there is none. */
        public String unit() {
            return unit;
        }
    }

    /**
     * A tag and its values.
     *
     * @param key Micrometer's key and Prometheus's label
     * @param subject what the values apply to, if metrics use the same key for different things; otherwise empty
     * @param values all values, whose series exist from the start; empty if they are only known later
     * @param note describes the values if they are only known later
     */
    public record Tag(String key, String subject, List<String> values, String note) {

        public static final Tag SERVICE = fixed("service", "", "profile", "payment", "database", "email", "sms");
        static final Tag OPERATION = open(
                "operation",
                "",
                "profile `create, get, update, delete`; payment `charge, create, find, refund, void`; database `save, get, delete`; email and sms `send`");
        public static final Tag CALL_OUTCOME = fixed(
                "outcome", "of a call", "success", "declined", "rejected", "unavailable", "unknown", "breaker_open");
        static final Tag UNLISTED_VALUE = fixed("value", "of an unlisted value", "status", "error", "http_status");
        public static final Tag WAIT_REASON =
                fixed("reason", "of a wait", "breaker_open", "retry_after", "settling", "retry");
        public static final Tag EXHAUSTED_REASON = fixed("reason", "of an exhausted retry", "attempts", "patience");
        static final Tag CODE = fixed("code", "", "idempotency_key_reused", "user_already_registered");
        public static final Tag END_STATUS =
                fixed("status", "of an ended registration", "COMPLETED", "FAILED", "CANCELLED", "NEEDS_ATTENTION");
        public static final Tag UNFINISHED_STATUS = fixed(
                "status", "of a registration in flight", "ACCEPTED", "RUNNING", "COMPENSATING", "NEEDS_ATTENTION");
        static final Tag HTTP_STATUS = open("status", "of a request", "the HTTP status");
        public static final Tag UNDO_ACTION = fixed(
                "action",
                "of undo work",
                "refund",
                "delete_account",
                "delete_profile",
                "resolve_payment",
                "save_account");
        static final Tag UNDO_OUTCOME = fixed("outcome", "of undo work", "planned", "done", "left_open", "resolved");
        static final Tag BATCH_OUTCOME = fixed("outcome", "of a batch", "started", "done", "stopped", "cancelled");
        public static final Tag ITEM_OUTCOME = fixed("outcome", "of an item", "verified", "still_failing", "unknown");
        static final Tag DUTY = open(
                "duty",
                "",
                "`Dispatcher, BatchRelease, ReconcileSweep, Purge, BreakerOverrides, StandingReader, InvariantCheck, HourHistory, EmbeddedServer`");
        static final Tag SWEEP_OUTCOME = fixed("outcome", "of a sweep", "done", "ended_early");
        static final Tag SWEEPER_FINDING = fixed(
                "finding",
                "of the dispatcher",
                "registration_restarted",
                "registration_failed",
                "ended_outside",
                "left_to_newer_version");
        public static final Tag RECONCILE_FINDING = fixed(
                "finding",
                "of a comparison",
                "orphaned_charge",
                "orphaned_profile",
                "orphaned_account",
                "missing_charge",
                "missing_profile",
                "missing_account",
                "payment_duplicated",
                "unknown");
        static final Tag ROWS = fixed("rows", "", "idempotency_keys", "registrations", "audit");
        static final Tag OPERATOR_ACTION = fixed(
                "action",
                "of an operator",
                "compensation-replay",
                "compensation-batch",
                "compensation-resolve",
                "circuit-breakers",
                "worker",
                "registration-cancel",
                "registration-retry",
                "registration-inquire",
                "refund-again",
                "notification-resend",
                "reconcile",
                "erase",
                "personal-data");
        static final Tag CURRENCY = open("currency", "", "ISO 4217; `USD` from the start, others once they occur");
        static final Tag METHOD = open("method", "", "the HTTP method; `other` for unknown ones");
        static final Tag ROUTE =
                open("route", "", "the route's template, never a path; `unmatched` if no route matches");
        static final Tag VERSION = open("version", "", "the version of the jar");

        private static Tag fixed(String key, String subject, String... values) {
            return new Tag(key, subject, List.of(values), "");
        }

        private static Tag open(String key, String subject, String note) {
            return new Tag(key, subject, List.of(), note);
        }
    }

    /** Micrometer's name. */
    public String id() {
        return id;
    }

    public Type type() {
        return type;
    }

    /** One line for the scrape and the documentation. */
    public String help() {
        return help;
    }

    public List<Tag> tags() {
        return tags;
    }

    /** @param values one per tag, in the order of the declaration */
    Counter counter(MeterRegistry registry, String... values) {
        return Counter.builder(id).description(help).tags(tagged(values)).register(registry);
    }

    /** @param values one per tag, in the order of the declaration */
    Timer timer(MeterRegistry registry, String... values) {
        return Timer.builder(id).description(help).tags(tagged(values)).register(registry);
    }

    /** @param values one per tag, in the order of the declaration */
    void gauge(MeterRegistry registry, Supplier<Number> number, String... values) {
        Gauge.builder(id, number)
                .description(help)
                .baseUnit(type.unit().isEmpty() ? null : type.unit())
                .tags(tagged(values))
                .register(registry);
    }

    private Tags tagged(String... values) {
        if (values.length != tags.size()) {
            throw new IllegalArgumentException(id + " has " + tags.size() + " tags, not " + values.length);
        }
        Tags tagged = Tags.empty();
        for (int i = 0; i < values.length; i++) {
            tagged = tagged.and(tags.get(i).key(), values[i]);
        }
        return tagged;
    }

    /** Registers all series whose values are known, so that the first event of a kind shows as a rise from 0. */
    static void registerKnown(MeterRegistry registry) {
        for (Metric metric : values()) {
            if (metric.type == COUNTER || metric.type == TIMER) {
                metric.register(registry, 0, new String[metric.tags.size()]);
            }
        }
    }

    private void register(MeterRegistry registry, int tag, String[] values) {
        if (tag < values.length) {
            for (String value : tags.get(tag).values()) {
                values[tag] = value;
                register(registry, tag + 1, values);
            }
        } else if (type == COUNTER) {
            counter(registry, values);
        } else {
            timer(registry, values);
        }
    }
}
