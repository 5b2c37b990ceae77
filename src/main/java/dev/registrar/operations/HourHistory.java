package dev.registrar.operations;

import dev.registrar.metrics.OutcomeTotals;
import dev.registrar.metrics.OutcomeTotals.Totals;
import dev.registrar.operations.BreakerOperations.BreakerEntry;
import dev.registrar.store.RegistrationStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.QueryTimeOut;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * The last hour of this instance, sampled in memory; empty after a restart. What PostgreSQL could not tell is absent in its
 * sample. Thread-safe.
 */
public final class HourHistory {

    /** How often to call {@link #sample}. */
    public static final Duration INTERVAL = Duration.ofSeconds(15);

    static final Duration LENGTH = Duration.ofHours(1);

    /** Latencies of a sample are those of this time, because 15 s may see no registration at all. */
    private static final Duration LATENCY_WINDOW = Duration.ofMinutes(1);

    private final Jdbi jdbi;
    private final OutcomeTotals totals;
    private final BreakerOperations breakers;
    private final Clock clock;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private final Map<String, Deque<Span>> spans = new TreeMap<>();

    public HourHistory(Jdbi jdbi, OutcomeTotals totals, BreakerOperations breakers, Clock clock) {
        this.jdbi = jdbi;
        this.totals = totals;
        this.breakers = breakers;
        this.clock = clock;
        samples.add(new Sample(clock.instant(), totals.read(), null));
    }

    private record Sample(Instant at, Totals totals, Dao.@Nullable Rows rows) {}

    private record Span(String state, Instant from) {}

    /**
     * The samples, oldest first; counts are those of the time since the sample before.
     *
     * @param at seconds since the epoch
     */
    public record History(
            Instant from,
            long stepSeconds,
            List<Long> at,
            Map<String, List<@Nullable Number>> series,
            Map<String, List<BreakerSpan>> breakers) {}

    /**
     * @param state as the task {@code circuit-breakers} names it
     * @param to absent if it lasts
     */
    public record BreakerSpan(
            String state, Instant from, @Nullable Instant to, boolean forced) {}

    /** Takes one sample. */
    public void sample() {
        Dao.Rows rows = rows();
        Instant now = clock.instant();
        List<BreakerEntry> states = breakers.list();
        synchronized (this) {
            samples.addLast(new Sample(now, totals.read(), rows));
            Instant oldest = now.minus(LENGTH);
            // The sample that begins the hour stays: counts are differences.
            while (samples.size() > 2 && !second().at().isAfter(oldest)) {
                samples.removeFirst();
            }
            for (BreakerEntry breaker : states) {
                add(spans.computeIfAbsent(breaker.service(), name -> new ArrayDeque<>()), breaker.state(), now, oldest);
            }
        }
    }

    private Sample second() {
        var all = samples.iterator();
        all.next();
        return all.next();
    }

    private static void add(Deque<Span> all, String state, Instant now, Instant oldest) {
        Span last = all.peekLast();
        if (last == null || !last.state().equals(state)) {
            all.addLast(new Span(state, now));
        }
        while (all.size() > 1 && !secondOf(all).from().isAfter(oldest)) {
            all.removeFirst();
        }
    }

    private static Span secondOf(Deque<Span> all) {
        var spans = all.iterator();
        spans.next();
        return spans.next();
    }

    private Dao.@Nullable Rows rows() {
        try {
            return jdbi.withExtension(Dao.class, Dao::rows);
        } catch (JdbiException e) {
            return null;
        }
    }

    /** What was counted in the last hour, or since the start if that is later. */
    public synchronized Window hour() {
        return window(LENGTH);
    }

    /** What was counted in this time before now, to the precision of a sample. */
    synchronized Window window(Duration length) {
        Instant now = clock.instant();
        Sample start = before(samples, now.minus(length));
        return new Window(Duration.between(start.at(), now), totals.read().since(start.totals()));
    }

    /** The last sample that is not younger than this, otherwise the first. */
    private static Sample before(Collection<Sample> samples, Instant time) {
        Sample found = null;
        for (Sample sample : samples) {
            if (found == null || !sample.at().isAfter(time)) {
                found = sample;
            }
        }
        if (found == null) {
            throw new IllegalStateException("there is always a sample");
        }
        return found;
    }

    /** @param length how much time the counts cover */
    public record Window(Duration length, Totals counts) {}

    public synchronized History history() {
        List<Sample> all = new ArrayList<>(samples);
        List<Sample> shown = all.subList(1, all.size());
        Map<String, List<@Nullable Number>> series = new LinkedHashMap<>();
        series.put("completed", counts(all, Totals::completed));
        series.put("failed", counts(all, Totals::failedWithoutDeclines));
        series.put("declined", counts(all, Totals::declined));
        series.put("needsAttention", counts(all, Totals::needsAttention));
        series.put("inFlight", rows(shown, Dao.Rows::inFlight));
        series.put("p50", latencies(all, 0.5));
        series.put("p99", latencies(all, 0.99));
        series.put("moneyAtRiskRows", rows(shown, Dao.Rows::moneyAtRisk));
        Map<String, List<BreakerSpan>> states = new TreeMap<>();
        spans.forEach((name, spansOf) -> states.put(name, spans(spansOf)));
        return new History(
                all.get(0).at(),
                INTERVAL.toSeconds(),
                shown.stream().map(sample -> sample.at().getEpochSecond()).toList(),
                series,
                states);
    }

    private static List<@Nullable Number> counts(List<Sample> all, Function<Totals, Number> count) {
        List<@Nullable Number> counts = new ArrayList<>();
        for (int i = 1; i < all.size(); i++) {
            counts.add(count.apply(all.get(i).totals().since(all.get(i - 1).totals())));
        }
        return counts;
    }

    private static List<@Nullable Number> rows(List<Sample> shown, Function<Dao.Rows, Number> count) {
        List<@Nullable Number> counts = new ArrayList<>();
        for (Sample sample : shown) {
            Dao.Rows read = sample.rows();
            counts.add(read == null ? null : count.apply(read));
        }
        return counts;
    }

    private static List<@Nullable Number> latencies(List<Sample> all, double share) {
        List<@Nullable Number> latencies = new ArrayList<>();
        for (int i = 1; i < all.size(); i++) {
            Sample end = all.get(i);
            Sample start = before(all.subList(0, i), end.at().minus(LATENCY_WINDOW));
            latencies.add(end.totals().since(start.totals()).quantile(share));
        }
        return latencies;
    }

    private static List<BreakerSpan> spans(Deque<Span> all) {
        List<BreakerSpan> shown = new ArrayList<>();
        Span earlier = null;
        for (Span span : all) {
            if (earlier != null) {
                shown.add(span(earlier, span.from()));
            }
            earlier = span;
        }
        if (earlier != null) {
            shown.add(span(earlier, null));
        }
        return shown;
    }

    private static BreakerSpan span(Span span, @Nullable Instant to) {
        return new BreakerSpan(span.state(), span.from(), to, span.state().startsWith("FORCED_"));
    }

    @RegisterConstructorMapper(Dao.Rows.class)
    interface Dao {

        /**
         * @param inFlight registrations that have not ended
         * @param moneyAtRisk open undo rows with an amount
         */
        record Rows(long inFlight, long moneyAtRisk) {}

        @SqlQuery("SELECT (SELECT count(*) FROM registrations WHERE " + RegistrationStatus.NOT_ENDED + """
                       ) AS in_flight,
                       (SELECT count(*) FROM compensations WHERE closed_at IS NULL AND state = 'OPEN' AND amount IS NOT NULL)
                           AS money_at_risk
                """)
        @QueryTimeOut(5)
        Rows rows();
    }
}
