package dev.registrar.monitoring;

import dev.registrar.monitoring.Finding.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rules for the queries of a dashboard. Immutable. */
final class QueryRules {

    private static final String RANGE = "[$__rate_interval]";
    private static final String OF_JOB = "job=~\"$job\"";
    private static final Set<String> RATES = Set.of("rate", "increase", "irate");

    /** Written by Prometheus, one series for each alert that is pending or firing. */
    private static final String ALERTS = "ALERTS";

    private final MetricVocabulary vocabulary;
    private final Set<String> recorded;

    /** @param recorded names of the recording rules */
    QueryRules(MetricVocabulary vocabulary, Set<String> recorded) {
        this.vocabulary = vocabulary;
        this.recorded = recorded;
    }

    List<Finding> check(Dashboard dashboard) {
        List<Finding> findings = new ArrayList<>();
        for (Dashboard.Query query : dashboard.queries()) {
            String where = dashboard.name() + ", " + query.where();
            List<Selector> selectors = Selector.in(query.expression());
            for (Selector selector : selectors) {
                selection(findings, where, selector);
                calls(findings, where, selector);
            }
            if (query.expression().contains("histogram_quantile")
                    && selectors.stream()
                            .noneMatch(selector -> selector.metric().endsWith("_bucket"))) {
                findings.add(new Finding(Rule.QUANTILE, where, "a quantile of no buckets"));
            }
        }
        return findings;
    }

    private void selection(List<Finding> findings, String where, Selector selector) {
        String metric = selector.metric();
        boolean record = recorded.contains(metric);
        if (!vocabulary.knows(metric) && !record && !metric.equals(ALERTS)) {
            findings.add(new Finding(Rule.KNOWN_METRIC, where, "unknown metric '" + metric + "'"));
        }
        boolean ofInstances = record ? metric.matches("job_instance.*:.*:.*") : !metric.equals(ALERTS);
        List<String> matchers = ofInstances ? List.of(OF_JOB, "instance=~\"$instance\"") : List.of(OF_JOB);
        for (String matcher : matchers) {
            if (!selector.matchers().contains(matcher)) {
                findings.add(new Finding(Rule.MATCHERS, where, selector.metric() + " without " + matcher));
            }
        }
        if (!record && !selector.range().isEmpty() && !selector.range().equals(RANGE)) {
            findings.add(new Finding(Rule.RATE_INTERVAL, where, selector.metric() + selector.range()));
        }
    }

    private void calls(List<Finding> findings, String where, Selector selector) {
        boolean counter = vocabulary.isCounter(selector.metric());
        boolean rated = RATES.contains(selector.innermost());
        if (counter && !rated) {
            findings.add(new Finding(Rule.COUNTER, where, selector.metric() + " as it stands"));
        }
        if (!counter && rated) {
            findings.add(new Finding(Rule.GAUGE, where, selector.innermost() + " of " + selector.metric()));
        }
        if (selector.metric().endsWith("_bucket") && !isQuantile(selector.inside())) {
            findings.add(new Finding(Rule.QUANTILE, where, selector.metric() + " inside of " + selector.inside()));
        }
        String innermost = selector.innermost();
        if (vocabulary.standing().contains(selector.metric())
                && !innermost.equals("max")
                && !innermost.startsWith("max by ")) {
            findings.add(new Finding(Rule.STANDING, where, selector.metric() + " inside of " + selector.inside()));
        }
    }

    /** Whether the calls end in {@code histogram_quantile(…, sum by (le…) (rate(…)))}. */
    private static boolean isQuantile(List<String> inside) {
        int size = inside.size();
        return size >= 3
                && inside.get(size - 3).equals("histogram_quantile")
                && inside.get(size - 2).matches("sum by \\((\\w+, )*le(, \\w+)*\\)")
                && RATES.contains(inside.get(size - 1));
    }
}
