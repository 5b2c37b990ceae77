package dev.registrar.metrics;

import java.util.Map;

/** What each of our metrics means, as the scrape's help text says it. */
final class MetricTexts {

    private static final Map<String, String> TEXTS = Map.ofEntries(
            Map.entry(MetricNames.CALL, "Calls to a service, from the question to the breaker to the answer read"),
            Map.entry(MetricNames.CALL_ATTEMPTS, "Calls to a service that the breaker let through"),
            Map.entry(MetricNames.RETRIES, "Attempts after the first, of a step, a lookup or an undo"),
            Map.entry(MetricNames.RETRIES_EXHAUSTED, "Calls given up: attempts or patience used up"),
            Map.entry(MetricNames.WAIT, "Waits before a call: open breaker, Retry-After, settling, back-off"),
            Map.entry(MetricNames.ACCEPTED, "Registrations accepted"),
            Map.entry(MetricNames.INTAKE_REPLAYS, "Requests answered with the registration an equal one had made"),
            Map.entry(MetricNames.INTAKE_CONFLICTS, "Requests refused because another registration stands in the way"),
            Map.entry(MetricNames.ENDED, "Registrations that ended, or need attention"),
            Map.entry(MetricNames.DURATION, "From acceptance to the end, or to the need of attention"),
            Map.entry(MetricNames.IN_FLIGHT, "Registrations that have not ended, in the database"),
            Map.entry(MetricNames.OLDEST_IN_FLIGHT, "Age of the oldest that neither ended nor needs attention"),
            Map.entry(MetricNames.COMPENSATIONS, "Undo work planned, done, left open, resolved by hand"),
            Map.entry(MetricNames.OPEN_COMPENSATIONS, "Undo work that waits for an operator, in the database"),
            Map.entry(MetricNames.OLDEST_OPEN, "Age of the oldest open undo work"),
            Map.entry(MetricNames.AT_RISK, "Money in open undo work, each charge once"),
            Map.entry(MetricNames.REPLAY_BATCHES, "Batches of replays started, done, stopped by themselves, cancelled"),
            Map.entry(MetricNames.REPLAY_RUNNING, "Batches of replays that have to be running"),
            Map.entry(MetricNames.REPLAY_IDLE, "Since the last progress of the running batch without one for longest"),
            Map.entry(MetricNames.REPLAY_ITEMS, "Items replayed, by what the provider showed afterwards"),
            Map.entry(MetricNames.SWEEP, "Looks of the sweeper"),
            Map.entry(MetricNames.SWEEPER_FINDINGS, "What the sweeper had to put right"),
            Map.entry(MetricNames.RECONCILE_FINDINGS, "What a comparison found that does not fit"),
            Map.entry(MetricNames.RECONCILE_COMPARED, "Registrations compared with providers and accounts"),
            Map.entry(MetricNames.OPERATOR_ACTIONS, "Changes by operators"),
            Map.entry(MetricNames.PURGED, "Rows that went after their retention"),
            Map.entry(MetricNames.GAUGES_AGE, "How old the gauges over the database are"),
            Map.entry(MetricNames.WORKER_PAUSED, "Whether an operator has paused the worker of this instance"),
            Map.entry(MetricNames.BUILD, "The version that runs"),
            Map.entry(MetricNames.HTTP_REQUEST, "Requests to the REST interface, by route template"));

    private MetricTexts() {}

    static String of(String name) {
        String text = TEXTS.get(name);
        if (text == null) {
            throw new IllegalArgumentException("no text for the metric " + name);
        }
        return text;
    }
}
