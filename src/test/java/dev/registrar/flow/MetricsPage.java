package dev.registrar.flow;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A scrape in Prometheus' text format. */
final class MetricsPage {

    private static final Pattern SAMPLE = Pattern.compile("^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Pattern VALUE = Pattern.compile("-?[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?|[+-]Inf|NaN");

    private final String text;

    MetricsPage(String text) {
        this.text = text;
    }

    /** The lines that Prometheus could not parse. */
    List<String> malformed() {
        return lines().filter(line -> {
                    Matcher sample = SAMPLE.matcher(line);
                    return !sample.matches() || !VALUE.matcher(sample.group(3)).matches();
                })
                .toList();
    }

    int bytes() {
        return text.length();
    }

    /** The number of series. */
    long series() {
        return lines().count();
    }

    private Stream<String> lines() {
        return text.lines().filter(line -> !line.isEmpty() && !line.startsWith("#"));
    }

    /** Types by metric family, of families with this prefix. */
    Map<String, String> types(String prefix) {
        Map<String, String> types = new TreeMap<>();
        text.lines().filter(line -> line.startsWith("# TYPE " + prefix)).forEach(line -> {
            List<String> words = List.of(line.split(" "));
            types.put(words.get(2), words.get(3));
        });
        return types;
    }

    /** The label names of a family's samples, without {@code le}. */
    Set<String> labels(String family) {
        Set<String> labels = new TreeSet<>();
        lines().map(SAMPLE::matcher).filter(Matcher::matches).forEach(sample -> {
            if (sample.group(1).replaceAll("_(bucket|count|sum)$", "").equals(family) && sample.group(2) != null) {
                Matcher label = LABEL.matcher(sample.group(2));
                while (label.find()) {
                    labels.add(label.group(1));
                }
            }
        });
        labels.remove("le");
        return labels;
    }

    /** The sum of all samples with this name whose labels contain these parts, for example {@code status="FAILED"}. */
    double sum(String name, String... labels) {
        return lines().map(SAMPLE::matcher)
                .filter(sample -> sample.matches() && sample.group(1).equals(name))
                .filter(sample -> List.of(labels).stream()
                        .allMatch(label ->
                                sample.group(2) != null && sample.group(2).contains(label)))
                .mapToDouble(sample -> Double.parseDouble(sample.group(3)))
                .sum();
    }
}
