package dev.registrar.probe;

import dev.registrar.probe.Check.Verdict;
import dev.registrar.probe.ProbeReport.ServiceReport;
import dev.registrar.probe.ProviderProbe.Progress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints a running probe for people, in at most 100 columns of plain ASCII. For one thread. */
public final class ProbeText implements Progress {

    private static final int COLUMNS = 100;
    private static final String FORMAT = "  %-6s %-22s %-22s %s";
    private static final int SEEN_AT = 55;
    private static final int CONSEQUENCE_AT = 9;

    private final PrintStream out;

    public ProbeText(PrintStream out) {
        this.out = out;
    }

    @Override
    public void service(String service, String provider) {
        out.println();
        out.println(service + "  " + provider);
        line(FORMAT, "", "promise", "declared", "seen");
    }

    @Override
    public void check(Check check) {
        List<String> seen = wrapped(check.seen(), COLUMNS - SEEN_AT);
        line(FORMAT, mark(check.verdict()), check.promise(), check.declared(), seen.get(0));
        seen.subList(1, seen.size()).forEach(more -> out.println(" ".repeat(SEEN_AT) + more));
        String consequence = check.consequence();
        if (consequence != null) {
            wrapped(consequence, COLUMNS - CONSEQUENCE_AT)
                    .forEach(text -> out.println(" ".repeat(CONSEQUENCE_AT) + text));
        }
        out.flush();
    }

    /** Prints the summary. */
    public void summary(ProbeReport report) {
        out.println();
        for (ServiceReport service : report.services()) {
            service.leftBehind().forEach(left -> out.println("LEFT BEHIND: " + left));
        }
        long broken = count(report, Verdict.BROKEN);
        out.printf(
                Locale.ROOT,
                "%d promises hold, %d broken, %d not checked.%n",
                count(report, Verdict.HOLDS),
                broken,
                count(report, Verdict.NOT_CHECKED));
        out.flush();
    }

    private void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }

    private static String mark(Verdict verdict) {
        return switch (verdict) {
            case HOLDS -> "ok";
            case BROKEN -> "BROKEN";
            case NOT_CHECKED -> "-";
        };
    }

    private static long count(ProbeReport report, Verdict verdict) {
        return report.services().stream()
                .flatMap(service -> service.checks().stream())
                .filter(check -> check.verdict() == verdict)
                .count();
    }

    private static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
