package dev.registrar.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.registrar.bench.FilledRegistrar.Call;
import dev.registrar.bench.FilledRegistrar.Rounds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two services, one with 10,000 registrations and one with many more, get the same calls in turns, one at a time: whether the time of
 * a call depends on the number of rows.
 */
final class RowsScenario implements Scenario {

    static final String FEW = "few";
    static final String MANY = "many";

    /** Prefix of a call: the median of its milliseconds. */
    static final String CALL = "call ";

    /** Prefix of a periodic duty: milliseconds of a round. */
    static final String DUTY = "duty ";

    /** The bytes of a scrape. */
    static final String SCRAPE_BYTES = "scrape bytes";

    /** Prefixes of a table: its bytes. */
    static final String HEAP = "heap ";

    static final String INDEXES = "indexes ";
    static final String TOTAL = "total ";

    private static final int FEW_ROWS = 10_000;
    private static final int WARM_UP = 200;
    private static final int CALLS = 60;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final BenchmarkOptions options;
    private final Cell cell;
    private int number;

    RowsScenario(BenchmarkOptions options) {
        this.options = options;
        this.cell = new Cell(BenchmarkOptions.ROWS, options.server(), 1, 0);
    }

    @Override
    public List<Cell> cells() {
        return List.of(cell);
    }

    @Override
    public int rounds() {
        return options.rounds();
    }

    @Override
    public void run(TestBed bed, ResultFile results, Block block) throws Exception {
        results.forget(cell);
        block.doing("filling");
        List<FilledRegistrar> both =
                List.of(FilledRegistrar.of(bed, FEW, FEW_ROWS), FilledRegistrar.of(bed, MANY, options.rows()));
        block.doing("warm-up");
        for (int i = 0; i < WARM_UP; i++) {
            requireEqualItems(call(both, new LinkedHashMap<>()));
        }
        for (int round = 1; round <= options.rounds(); round++) {
            block.doing("round " + round);
            results.add(round(both, round, bed));
        }
    }

    private List<Measurement> round(List<FilledRegistrar> both, int round, TestBed bed) throws Exception {
        Map<String, Map<String, Rounds>> duties = new LinkedHashMap<>();
        for (FilledRegistrar filled : both) {
            duties.put(filled.name(), filled.duties());
        }
        Map<String, Map<String, List<Double>>> millis = new LinkedHashMap<>();
        for (int i = 0; i < CALLS; i++) {
            call(both, millis);
        }
        List<Measurement> measured = new ArrayList<>();
        for (FilledRegistrar filled : both) {
            Map<String, Double> values = new LinkedHashMap<>();
            millis.getOrDefault(filled.name(), Map.of())
                    .forEach((call, times) -> values.put(CALL + call, Medians.of(times)));
            Map<String, Rounds> before = duties.getOrDefault(filled.name(), Map.of());
            filled.duties().forEach((duty, rounds) -> {
                double each = rounds.millisSince(before.getOrDefault(duty, new Rounds(0, 0)));
                if (!Double.isNaN(each)) {
                    values.put(DUTY + duty, each);
                }
            });
            values.put(SCRAPE_BYTES, (double) filled.scrape().length());
            filled.sizes(bed.postgres()).forEach((table, bytes) -> {
                values.put(HEAP + table, bytes.get(0));
                values.put(INDEXES + table, bytes.get(1));
                values.put(TOTAL + table, bytes.get(2));
            });
            measured.add(new Measurement(cell, filled.name(), round, CALLS, values));
        }
        return measured;
    }

    /** Makes each call once at both, the second time in the opposite order; returns the answers. */
    private Map<String, List<String>> call(List<FilledRegistrar> both, Map<String, Map<String, List<Double>>> millis)
            throws IOException {
        number++;
        Map<String, List<String>> answers = new LinkedHashMap<>();
        for (String name : both.get(0).calls(number).keySet()) {
            for (int i = 0; i < both.size(); i++) {
                FilledRegistrar filled = both.get((i + number) % both.size());
                Call call = filled.calls(number).get(name);
                if (call == null) {
                    throw new IllegalStateException(name);
                }
                long start = System.nanoTime();
                String answer = call.answer();
                double took = (System.nanoTime() - start) / 1e6;
                answers.computeIfAbsent(name, each -> new ArrayList<>()).add(answer);
                millis.computeIfAbsent(filled.name(), each -> new LinkedHashMap<>())
                        .computeIfAbsent(name, each -> new ArrayList<>())
                        .add(took);
            }
        }
        return answers;
    }

    private static void requireEqualItems(Map<String, List<String>> answers) throws IOException {
        for (Map.Entry<String, List<String>> call : answers.entrySet()) {
            List<Integer> items = new ArrayList<>();
            for (String answer : call.getValue()) {
                items.add(
                        answer.startsWith("{")
                                ? MAPPER.readTree(answer).path("items").size()
                                : 0);
            }
            if (items.stream().distinct().count() != 1) {
                throw new IllegalStateException(call.getKey() + " returns " + items + " items");
            }
        }
    }
}
