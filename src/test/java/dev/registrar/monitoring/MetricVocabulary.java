package dev.registrar.monitoring;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metric names promised by {@code docs/metrics.md}. Immutable.
 *
 * @param own types by name
 * @param standing the gauges over the database
 * @param libraries prefixes of all other names
 */
record MetricVocabulary(Map<String, String> own, Set<String> standing, List<String> libraries) {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(registrar_\\w+)` \\| (\\w+) \\|");
    private static final Pattern STANDING = Pattern.compile("(?s)The gauges over the database \\(([^)]*)\\)");
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| ([^|]*) \\|");
    private static final Pattern QUOTED = Pattern.compile("`(\\w+)");
    private static final Pattern OF_HISTOGRAM = Pattern.compile("(\\w+)_(bucket|count|sum|max)");
    private static final Pattern LIBRARY_COUNTER = Pattern.compile("\\w+_(total|seconds_(bucket|count|sum))");

    /** Written by Prometheus itself. */
    private static final String UP = "up";

    static MetricVocabulary of(String document) {
        Map<String, String> own = new LinkedHashMap<>();
        Matcher row = ROW.matcher(document);
        while (row.find()) {
            own.put(row.group(1), row.group(2));
        }
        Set<String> standing = new LinkedHashSet<>();
        Matcher sentence = STANDING.matcher(document);
        if (sentence.find()) {
            for (String name : quoted(sentence.group(1))) {
                own.keySet().stream()
                        .filter(metric ->
                                metric.equals("registrar_" + name) || metric.equals("registrar_" + name + "_seconds"))
                        .forEach(standing::add);
            }
        }
        String part = document.replaceFirst("(?s).*\n## Library metrics\n", "").replaceFirst("(?s)\n## .*", "");
        List<String> libraries = FIRST_CELL
                .matcher(part)
                .results()
                .flatMap(cell -> quoted(cell.group(1)).stream())
                .toList();
        return new MetricVocabulary(Map.copyOf(own), Set.copyOf(standing), libraries);
    }

    private static List<String> quoted(String text) {
        return QUOTED.matcher(text).results().map(match -> match.group(1)).toList();
    }

    boolean knows(String series) {
        return own.containsKey(series)
                || isOfHistogram(series)
                || series.equals(UP)
                || libraries.stream().anyMatch(series::startsWith);
    }

    /** Whether it only grows, so that only its rate is meaningful. */
    boolean isCounter(String series) {
        if (series.startsWith("registrar_")) {
            return "counter".equals(own.get(series)) || (isOfHistogram(series) && !series.endsWith("_max"));
        }
        return LIBRARY_COUNTER.matcher(series).matches();
    }

    private boolean isOfHistogram(String series) {
        Matcher matcher = OF_HISTOGRAM.matcher(series);
        return matcher.matches() && "histogram".equals(own.get(matcher.group(1)));
    }
}
