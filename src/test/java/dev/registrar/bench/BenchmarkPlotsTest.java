package dev.registrar.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkPlotsTest {

    private static final Map<String, Double> RATE = Map.of(Measurement.PER_SECOND, 50.0);

    @TempDir
    Path directory;

    @Test
    void resultsAreDrawn() throws Exception {
        Cell throughput = new Cell(BenchmarkOptions.THROUGHPUT, "production", 40, 0);
        Cell sweep = new Cell(BenchmarkOptions.SWEEP, "production", 40, 0);

        new BenchmarkPlots(List.of(
                        new Measurement(throughput, ControlledContestant.SEQUENTIAL, 1, 400, RATE),
                        new Measurement(throughput, RegistrarInstance.NAME, 1, 400, RATE),
                        new Measurement(throughput, ControlledContestant.EMPTY, 1, 400, RATE),
                        new Measurement(sweep, RegistrarInstance.NAME, 1, 400, RATE),
                        new Measurement(sweep, RegistrarInstance.NAME, 2, 400, RATE)))
                .write(directory);

        assertThat(Files.readString(directory.resolve("throughput.svg"))).contains("<svg", "<path", "</svg>");
        assertThat(Files.readString(directory.resolve("sweep.svg"))).contains("<svg", "<path", "</svg>");
    }

    @Test
    void withoutResultsNothingIsDrawn() throws Exception {
        new BenchmarkPlots(List.of()).write(directory);

        assertThat(directory).isEmptyDirectory();
    }
}
