package dev.registrar.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {

    private static final Cell CELL = new Cell("throughput", "production", 40, 0);
    private static final Cell OTHER = new Cell("throughput", "production", 1, 50);

    @TempDir
    private Path directory;

    @Test
    void nextBlockKnowsWhatWasMeasuredAndPassesOverAnUnfinishedLine() throws IOException {
        Path file = directory.resolve("results.jsonl");
        ResultFile.open(file).add(List.of(measured(CELL, 1)));
        Files.writeString(file, "{\"cell\":{\"scen", StandardOpenOption.APPEND);

        ResultFile reopened = ResultFile.open(file);

        assertThat(reopened.has(CELL, 1)).isTrue();
        assertThat(reopened.has(CELL, 2)).isFalse();
        assertThat(reopened.all()).containsExactly(measured(CELL, 1));
    }

    @Test
    void measuringAgainTakesBackOnlyThoseConditions() throws IOException {
        Path file = directory.resolve("results.jsonl");
        ResultFile results = ResultFile.open(file);
        results.add(List.of(measured(CELL, 1), measured(OTHER, 1)));

        results.forget(CELL);

        assertThat(ResultFile.open(file).all()).containsExactly(measured(OTHER, 1));
    }

    private static Measurement measured(Cell cell, int round) {
        return new Measurement(cell, "registrar", round, 400, Map.of(Measurement.PER_SECOND, 52.5));
    }
}
