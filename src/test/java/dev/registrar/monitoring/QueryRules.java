package dev.registrar.monitoring;

import dev.registrar.monitoring.Finding.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rules for the queries of a dashboard. Immutable. */
final class QueryRules {

    private static final String RANGE = "[$__rate_interval]";
    private static final Set<String> RATES = Set.of("rate", "increase", "irate");

    private final MetricVocabulary vocabulary;

    QueryRules(MetricVocabulary vocabulary) {
        this.vocabulary = vocabulary;
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
        if (!vocabulary.knows(selector.metric())) {
            findings.add(new Finding(Rule.KNOWN_METRIC, where, "unknown metric '" + selector.metric() + "'"));
        }
        for (String matcher : List.of("job=~\"$job\"", "instance=~\"$instance\"")) {
            if (!selector.matchers().contains(matcher)) {
                findings.add(new Finding(Rule.MATCHERS, where, selector.metric() + " without " + matcher));
            }
        }
        if (!selector.range().isEmpty() && !selector.range().equals(RANGE)) {
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
