package dev.registrar.metrics;

/**
 * The vocabulary of our own metrics: Micrometer names and tag keys, the Prometheus name beside each. A tag takes few, fixed
 * values: never an id, an address or anything else about a person.
 */
public final class MetricNames {

    /** Timer {@code registrar_call_seconds}, one whole outbound call: {@link #SERVICE}, {@link #OPERATION}, {@link #OUTCOME}. */
    public static final String CALL = "registrar.call";

    /** Counter {@code registrar_call_attempts_total}, calls begun: {@link #SERVICE}, {@link #OPERATION}. */
    public static final String CALL_ATTEMPTS = "registrar.call.attempts";

    /** Tag: which outside service. */
    public static final String SERVICE = "service";

    /** Tag: what was asked of it. */
    public static final String OPERATION = "operation";

    /** Tag: how it ended. */
    public static final String OUTCOME = "outcome";

    private MetricNames() {}
}
