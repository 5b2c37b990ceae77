package dev.registrar.metrics;

import java.util.List;
import java.util.Set;

/**
 * The vocabulary of our own metrics: Micrometer names and tag keys, the Prometheus name beside each. A tag takes few, fixed
 * values: never an id, an address or anything else about a person. {@code docs/metrics.md} says the same to operators, held
 * by a test.
 */
public final class MetricNames {

    /** All of ours begin so. */
    public static final String PREFIX = "registrar.";

    /** Timer {@code registrar_call_seconds}, one whole call: {@link #SERVICE}, {@link #OPERATION}, {@link #OUTCOME}. */
    public static final String CALL = "registrar.call";

    /** Counter {@code registrar_call_attempts_total}, calls begun: {@link #SERVICE}, {@link #OPERATION}. */
    public static final String CALL_ATTEMPTS = "registrar.call.attempts";

    /** Counter {@code registrar_retries_total}, attempts after the first of a step, lookup or undo: {@link #SERVICE}. */
    public static final String RETRIES = "registrar.retries";

    /** Counter {@code registrar_retries_exhausted_total}, calls given up: {@link #SERVICE}, {@link #REASON}. */
    public static final String RETRIES_EXHAUSTED = "registrar.retries.exhausted";

    /** Timer {@code registrar_wait_seconds}, waits before a call: {@link #SERVICE}, {@link #REASON}. */
    public static final String WAIT = "registrar.wait";

    /** Counter {@code registrar_registrations_accepted_total}. */
    public static final String ACCEPTED = "registrar.registrations.accepted";

    /** Counter {@code registrar_intake_replays_total}, requests answered with an earlier registration. */
    public static final String INTAKE_REPLAYS = "registrar.intake.replays";

    /** Counter {@code registrar_intake_conflicts_total}: {@link #CODE}. */
    public static final String INTAKE_CONFLICTS = "registrar.intake.conflicts";

    /** Counter {@code registrar_registrations_ended_total}, ends and pleas for attention: {@link #STATUS}. */
    public static final String ENDED = "registrar.registrations.ended";

    /** Timer {@code registrar_registration_duration_seconds}, from acceptance to that: {@link #STATUS}. */
    public static final String DURATION = "registrar.registration.duration";

    /** Gauge {@code registrar_registrations_in_flight}, rows that have not ended: {@link #STATUS}. */
    public static final String IN_FLIGHT = "registrar.registrations.in.flight";

    /** Gauge {@code registrar_oldest_in_flight_seconds}, age of the oldest that neither ended nor needs attention. */
    public static final String OLDEST_IN_FLIGHT = "registrar.oldest.in.flight";

    /** Counter {@code registrar_compensations_total}: {@link #ACTION}, {@link #OUTCOME}. */
    public static final String COMPENSATIONS = "registrar.compensations";

    /** Gauge {@code registrar_open_compensations}, rows that wait for an operator: {@link #ACTION}. */
    public static final String OPEN_COMPENSATIONS = "registrar.open.compensations";

    /** Gauge {@code registrar_oldest_open_compensation_seconds}. */
    public static final String OLDEST_OPEN = "registrar.oldest.open.compensation";

    /** Gauge {@code registrar_money_at_risk}, in units of the currency: {@link #CURRENCY}. */
    public static final String AT_RISK = "registrar.money.at.risk";

    /** Counter {@code registrar_replay_batches_total}: {@link #OUTCOME}. */
    public static final String REPLAY_BATCHES = "registrar.replay.batches";

    /** Gauge {@code registrar_replay_batches_running}. */
    public static final String REPLAY_RUNNING = "registrar.replay.batches.running";

    /** Gauge {@code registrar_replay_idle_seconds}, since the last progress of the running batch that had none for longest. */
    public static final String REPLAY_IDLE = "registrar.replay.idle";

    /** Counter {@code registrar_replay_items_total}: {@link #OUTCOME}. */
    public static final String REPLAY_ITEMS = "registrar.replay.items";

    /** Timer {@code registrar_sweep_seconds}, one duty of the sweeper: {@link #DUTY}, {@link #OUTCOME}. */
    public static final String SWEEP = "registrar.sweep";

    /** Counter {@code registrar_sweeper_findings_total}, what the sweeper had to put right: {@link #FINDING}. */
    public static final String SWEEPER_FINDINGS = "registrar.sweeper.findings";

    /** Counter {@code registrar_reconcile_findings_total}: {@link #FINDING}. */
    public static final String RECONCILE_FINDINGS = "registrar.reconcile.findings";

    /** Counter {@code registrar_reconcile_compared_total}, registrations compared. */
    public static final String RECONCILE_COMPARED = "registrar.reconcile.compared";

    /** Counter {@code registrar_operator_actions_total}, entries of the audit log: {@link #ACTION}. */
    public static final String OPERATOR_ACTIONS = "registrar.operator.actions";

    /** Counter {@code registrar_purged_rows_total}, what went after its retention: {@link #ROWS}. */
    public static final String PURGED = "registrar.purged.rows";

    /** Gauge {@code registrar_gauges_age_seconds}, how old what is read from the database on a timer is. */
    public static final String GAUGES_AGE = "registrar.gauges.age";

    /** Gauge {@code registrar_worker_paused}, 1 while an operator has paused this instance's worker. */
    public static final String WORKER_PAUSED = "registrar.worker.paused";

    /** Gauge {@code registrar_build}, always 1: {@link #VERSION}. */
    public static final String BUILD = "registrar.build";

    /** Timer {@code registrar_http_request_seconds}: {@link #METHOD}, {@link #ROUTE}, {@link #STATUS}. */
    public static final String HTTP_REQUEST = "registrar.http.request";

    /** Tag: which outside service. */
    public static final String SERVICE = "service";

    /** Tag: what was asked of it. */
    public static final String OPERATION = "operation";

    /** Tag: how it ended. */
    public static final String OUTCOME = "outcome";

    /** Tag: why. */
    public static final String REASON = "reason";

    /** Tag: an error code of the REST interface. */
    public static final String CODE = "code";

    /** Tag: of a registration, or of an HTTP answer. */
    public static final String STATUS = "status";

    /** Tag: of undo work, or an operator's task. */
    public static final String ACTION = "action";

    /** Tag: ISO 4217. */
    public static final String CURRENCY = "currency";

    /** Tag: which duty of the sweeper. */
    public static final String DUTY = "duty";

    /** Tag: what was found. */
    public static final String FINDING = "finding";

    /** Tag: which kind of rows. */
    public static final String ROWS = "rows";

    /** Tag: of the build. */
    public static final String VERSION = "version";

    /** Tag: HTTP method. */
    public static final String METHOD = "method";

    /** Tag: the route's template, never a path. */
    public static final String ROUTE = "route";

    /** All keys of ours: what else a reporter adds is taken off. */
    static final Set<String> TAGS = Set.of(
            SERVICE, OPERATION, OUTCOME, REASON, CODE, STATUS, ACTION, CURRENCY, DUTY, FINDING, ROWS, VERSION, METHOD,
            ROUTE);

    /** Values of {@link #SERVICE}. */
    public static final List<String> SERVICES = List.of("profile", "payment", "database", "email", "sms");

    /** Values of {@link #REASON} of {@link #WAIT}. */
    public static final List<String> WAIT_REASONS = List.of("breaker_open", "retry_after", "settling", "retry");

    /** Values of {@link #REASON} of {@link #RETRIES_EXHAUSTED}. */
    public static final List<String> EXHAUSTED_REASONS = List.of("attempts", "patience");

    /** Values of {@link #STATUS} of {@link #ENDED} and {@link #DURATION}. */
    public static final List<String> ENDS = List.of("COMPLETED", "FAILED", "CANCELLED", "NEEDS_ATTENTION");

    /** Values of {@link #STATUS} of {@link #IN_FLIGHT}. */
    public static final List<String> UNFINISHED = List.of("ACCEPTED", "RUNNING", "COMPENSATING", "NEEDS_ATTENTION");

    /** Values of {@link #CODE} of {@link #INTAKE_CONFLICTS}. */
    public static final List<String> CONFLICTS = List.of("idempotency_key_reused", "user_already_registered");

    /** Values of {@link #ACTION} of {@link #COMPENSATIONS} and {@link #OPEN_COMPENSATIONS}. */
    public static final List<String> UNDO_ACTIONS =
            List.of("refund", "delete_account", "delete_profile", "resolve_payment", "save_account");

    /** Values of {@link #OUTCOME} of {@link #COMPENSATIONS}. */
    public static final List<String> UNDO_OUTCOMES = List.of("planned", "done", "left_open", "resolved");

    /** Values of {@link #OUTCOME} of {@link #REPLAY_BATCHES}. */
    public static final List<String> BATCH_OUTCOMES = List.of("started", "done", "stopped", "cancelled");

    /** Values of {@link #OUTCOME} of {@link #REPLAY_ITEMS}. */
    public static final List<String> ITEM_OUTCOMES = List.of("verified", "still_failing", "unknown");

    /** Values of {@link #FINDING} of {@link #SWEEPER_FINDINGS}. */
    public static final List<String> SWEEPER_FINDING_VALUES =
            List.of("registration_restarted", "cancel_redelivered", "ended_outside", "late_look", "batch_restarted");

    /** Values of {@link #FINDING} of {@link #RECONCILE_FINDINGS}. */
    public static final List<String> RECONCILE_FINDING_VALUES = List.of(
            "orphaned_charge",
            "orphaned_profile",
            "orphaned_account",
            "missing_charge",
            "missing_profile",
            "missing_account",
            "unknown");

    /** Values of {@link #ACTION} of {@link #OPERATOR_ACTIONS}. */
    public static final List<String> OPERATOR_ACTION_VALUES = List.of(
            "compensation-replay",
            "compensation-batch",
            "compensation-resolve",
            "circuit-breakers",
            "worker",
            "registration-cancel",
            "registration-retry",
            "notification-resend",
            "reconcile",
            "erase");

    /** Values of {@link #ROWS}. */
    public static final List<String> PURGED_ROWS = List.of("idempotency_keys", "registrations", "audit");

    private MetricNames() {}
}
