package dev.registrar.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The command line of the benchmark; {@link #HELP} explains each option.
 *
 * @param runs registrations per contestant in a round; 0 derives them from the concurrency
 * @param warmUp registrations per contestant before the first round; 0 until it is warm
 * @param limit after which a block ends
 * @param rows registrations in the big database; only for its scenario
 * @param jvm more options of each Java process
 * @param other the directory of another build; only for its scenario
 * @param recorded whether Registrar runs with the flight recorder
 */
record BenchmarkOptions(
        String scenario,
        String server,
        List<Integer> concurrency,
        List<Integer> latency,
        int rounds,
        int runs,
        int warmUp,
        int thousands,
        int rows,
        Duration limit,
        boolean resume,
        boolean recorded,
        String heap,
        List<String> jvm,
        Path output,
        @Nullable Path other) {

    static final String THROUGHPUT = "throughput";
    static final String UNLOADED = "unloaded";
    static final String ACCEPT = "accept";
    static final String SWEEP = "sweep";
    static final String ENCRYPTION = "encryption";
    static final String BUILD = "build";
    static final String STEPS = "steps";
    static final String ROWS = "rows";
    static final String INSTANCES = "instances";
    static final String REPORT = "report";

    /** Of measurements: no scenario of its own. */
    static final String WARM_UP = "warm-up";

    private static final Set<String> SCENARIOS =
            Set.of(THROUGHPUT, UNLOADED, ACCEPT, SWEEP, ENCRYPTION, BUILD, STEPS, ROWS, INSTANCES, REPORT);
    /** Of Registrar and one other. */
    private static final Set<String> PAIRS = Set.of(ENCRYPTION, BUILD, STEPS);

    private static final String PRODUCTION = "production";

    private static final double ROUND_SECONDS = 10;

    static final String HELP = """
            mvn -q -P bench test-compile exec:exec -Dbench.args="OPTIONS"

            --scenario=throughput   sequential, registrar and empty in interleaved rounds (default)
                      unloaded      the same one at a time, with providers of 50 ms
                      accept        POST's own answer in an open loop at half of saturation, beside the insert only
                      sweep         registrar alone: throughput and memory by the thousand
                      encryption    registrar beside itself with encryption of type none, concurrency 40, providers 0 ms
                      build         registrar beside the build in --other, likewise
                      steps         registrar beside a workflow that records as many steps and does nothing, likewise
                      rows          the same calls on a database of 10,000 registrations and on one of --rows
                      instances     one instance and two on one database and one task queue, concurrency 40, providers 0 ms
                      report        measures nothing, writes the report again
            --server=production     Temporal's production server on PostgreSQL (default), or
                     dev            its development server with a file
            --concurrency=1,40,200  registrations in work at a time
            --latency=0,50          milliseconds that each provider adds to a call
            --other=DIRECTORY       a checkout of another version with its jar in target; for build
            --rounds=5              of each cell
            --runs=N                registrations of each contestant in a round; default 60 at concurrency 1,
                                    otherwise ten seconds of its last rate, at least four times the concurrency
            --warm-up=0             registrations of each contestant before the first round; 0: until rate and CPU time are
                                    level over three windows of twenty seconds, 10,000 at most. A sweep begins cold
            --thousands=20          of a sweep
            --rows=1000000          registrations in the big database, of which one in a hundred needs attention
            --minutes=9             after which the block ends; --resume goes on
            --resume                leaves out what is in results.jsonl
            --jfr                   records Registrar from after the warm-up on, into registrar.jfr, which costs a few percent
            --heap=512m             of each Java process
            --jvm=OPTION,OPTION     more options of the virtual machine, the same for each Java process; default: what the
                                    README recommends for this machine, on more than two cores
                                    nothing; --jvm= for none
            --output=target/bench   gets results.jsonl, report.md and the plots

            The production server needs its programs: TEMPORAL_SERVER and TEMPORAL_SQL_TOOL, or `server` and `sql` on
            the PATH. The development server needs TEMPORAL_CLI, or `temporal`.
            """;

    /** @throws IllegalArgumentException with one sentence, for an invalid option */
    static BenchmarkOptions parse(String... arguments) {
        Map<String, String> given = new TreeMap<>();
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            given.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        String scenario = take(given, "--scenario", THROUGHPUT);
        boolean unloaded = scenario.equals(UNLOADED);
        boolean beside = PAIRS.contains(scenario);
        BenchmarkOptions options = new BenchmarkOptions(
                scenario,
                take(given, "--server", PRODUCTION),
                numbers(take(given, "--concurrency", unloaded ? "1" : beside ? "40" : "1,40,200")),
                numbers(take(given, "--latency", unloaded ? "50" : beside ? "0" : "0,50")),
                number(take(given, "--rounds", "5")),
                number(take(given, "--runs", "0")),
                number(take(given, "--warm-up", "0")),
                number(take(given, "--thousands", "20")),
                number(take(given, "--rows", "1000000")),
                Duration.ofMinutes(number(take(given, "--minutes", "9"))),
                given.remove("--resume") != null,
                given.remove("--jfr") != null,
                take(given, "--heap", "512m"),
                Arrays.stream(take(
                                        given,
                                        "--jvm",
                                        recommended(Runtime.getRuntime().availableProcessors()))
                                .split(",", -1))
                        .filter(option -> !option.isEmpty())
                        .toList(),
                Path.of(take(given, "--output", "target/bench")),
                Optional.ofNullable(given.remove("--other")).map(Path::of).orElse(null));
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("not an option: " + String.join(" ", given.keySet()));
        }
        if (!SCENARIOS.contains(scenario) || !Set.of(PRODUCTION, "dev").contains(options.server)) {
            throw new IllegalArgumentException("no such scenario or server");
        }
        if (scenario.equals(BUILD) != (options.other != null)) {
            throw new IllegalArgumentException("--scenario=build needs --other, and only that one does");
        }
        return options;
    }

    /** The README's recommendation for a machine with this many cores. */
    static String recommended(int cores) {
        return cores <= 2 ? "-XX:+UseSerialGC,-XX:CompileThresholdScaling=0.2" : "";
    }

    private static String take(Map<String, String> given, String name, String absent) {
        String value = given.remove(name);
        return value == null ? absent : value;
    }

    private static int number(String text) {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a whole number: " + text, e);
        }
    }

    private static List<Integer> numbers(String text) {
        return Arrays.stream(text.split(",", -1)).map(BenchmarkOptions::number).toList();
    }

    boolean isProduction() {
        return server.equals(PRODUCTION);
    }

    /**
     * Registrations in a round of a contestant.
     *
     * @param perSecond its last rate; 0 if there is none
     */
    int runsAt(int callers, double perSecond) {
        if (runs > 0) {
            return runs;
        }
        return callers == 1 ? 60 : (int) Math.max(4 * callers, ROUND_SECONDS * perSecond);
    }

    /** The conditions of the warm-up: saturation. */
    Cell warmUpCell() {
        return new Cell(WARM_UP, server, 40, 0);
    }

    /** Every cell of a comparison, by latency and then by concurrency. */
    List<Cell> cells() {
        String kind = PAIRS.contains(scenario) ? scenario : THROUGHPUT;
        return latency.stream()
                .flatMap(millis -> concurrency.stream().map(callers -> new Cell(kind, server, callers, millis)))
                .toList();
    }
}
