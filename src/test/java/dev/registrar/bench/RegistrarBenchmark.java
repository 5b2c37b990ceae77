package dev.registrar.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * The benchmark's command line. Exit codes: 0 everything measured, 1 failed, 2 invalid arguments, 3 out of time:
 * continue with {@code --resume}.
 */
public final class RegistrarBenchmark {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final BenchmarkOptions options;
    private final Path machine;

    private RegistrarBenchmark(BenchmarkOptions options) {
        this.options = options;
        this.machine = options.output().resolve("machine.json");
    }

    public static void main(String[] arguments) throws Exception {
        if (List.of(arguments).contains("--help")) {
            System.out.print(BenchmarkOptions.HELP);
            return;
        }
        BenchmarkOptions options;
        try {
            options = BenchmarkOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "; --help says what there is.");
            System.exit(2);
            return;
        }
        // Returning is not enough: threads of the SDK would keep the process alive.
        System.exit(new RegistrarBenchmark(options).exitCode());
    }

    private int exitCode() {
        try {
            return run();
        } catch (Exception | AssertionError e) {
            e.printStackTrace();
            return 1;
        }
    }

    private int run() throws Exception {
        ResultFile results = ResultFile.open(options.output().resolve("results.jsonl"));
        if (options.scenario().equals(BenchmarkOptions.REPORT)) {
            report(results);
            return 0;
        }
        Scenario scenario = scenario();
        if (!options.resume()) {
            for (Cell cell : scenario.cells()) {
                results.forget(cell);
            }
        }
        if (!scenario.isDone(results)) {
            measure(scenario, results);
        }
        report(results);
        return scenario.isDone(results) ? 0 : Block.OVERRUN;
    }

    private Scenario scenario() {
        return switch (options.scenario()) {
            case BenchmarkOptions.ACCEPT -> new AcceptScenario(options);
            case BenchmarkOptions.SWEEP -> new SweepScenario(options);
            case BenchmarkOptions.ROWS -> new RowsScenario(options);
            case BenchmarkOptions.INSTANCES -> new InstancesScenario(options);
            default -> new ComparisonScenario(options);
        };
    }

    private void measure(Scenario scenario, ResultFile results) throws Exception {
        try (Block block = block();
                TestBed bed = new TestBed(options, scenario.contestants())) {
            Files.writeString(
                    machine,
                    MAPPER.writerWithDefaultPrettyPrinter()
                            .writeValueAsString(MachineFacts.of(bed, options, Clock.systemUTC())));
            block.say("all processes run: Registrar is " + bed.registrar().pid());
            scenario.run(bed, results, block);
            block.doing("ending all processes");
        }
        // Kept after a failure: it contains the logs of all processes.
        TestBed.delete(options.output().resolve("work"));
    }

    private Block block() {
        return new Block(options.limit(), System.out::println);
    }

    private void report(ResultFile results) throws IOException {
        Map<String, String> facts = Files.exists(machine)
                ? MAPPER.readValue(machine.toFile(), new TypeReference<Map<String, String>>() {})
                : Map.of();
        Path file = options.output().resolve("report.md");
        Files.writeString(file, new BenchmarkReport(facts, results.all()).markdown());
        new BenchmarkPlots(results.all()).write(options.output());
        System.out.println("Written: " + file);
    }
}
