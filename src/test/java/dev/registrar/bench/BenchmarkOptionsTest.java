package dev.registrar.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BenchmarkOptionsTest {

    @Test
    void withoutOptionsAllSixCellsAreComparedOnTheProductionServer() {
        BenchmarkOptions options = BenchmarkOptions.parse();

        assertThat(options.cells()).hasSize(6).allMatch(cell -> cell.server().equals("production"));
        assertThat(options.runsAt(1, 5)).isEqualTo(60);
        assertThat(options.runsAt(40, 14)).isEqualTo(160);
        assertThat(options.runsAt(40, 70)).isEqualTo(700);
        assertThat(options.runsAt(200, 70)).isEqualTo(800);
    }

    @Test
    void unloadedIsTheComparisonOfOneAtATimeWithSlowProviders() {
        assertThat(BenchmarkOptions.parse("--scenario=unloaded").cells())
                .containsExactly(new Cell(BenchmarkOptions.THROUGHPUT, "production", 1, 50));
    }

    @Test
    void virtualMachineHasTheOptionsThatTheReadmeRecommends() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains("java " + BenchmarkOptions.recommended(2).replace(',', ' ') + " -jar");
        assertThat(BenchmarkOptions.recommended(4)).isEmpty();
        assertThat(BenchmarkOptions.parse("--jvm=").jvm()).isEmpty();
    }

    @Test
    void bigDatabaseHasAMillionRowsUnlessAnotherNumberIsGiven() {
        assertThat(BenchmarkOptions.parse("--scenario=rows").rows()).isEqualTo(1_000_000);
        assertThat(BenchmarkOptions.parse("--scenario=rows", "--rows=50000").rows())
                .isEqualTo(50_000);
    }

    @Test
    void whatIsNotUnderstoodIsRefusedByName() {
        assertThatThrownBy(() -> BenchmarkOptions.parse("--round=3")).hasMessageContaining("--round");
        assertThatThrownBy(() -> BenchmarkOptions.parse("--rounds=many")).hasMessageContaining("many");
        assertThatThrownBy(() -> BenchmarkOptions.parse("--scenario=fast")).hasMessageContaining("scenario");
        assertThatThrownBy(() -> BenchmarkOptions.parse("--scenario=build")).hasMessageContaining("--other");
        assertThatThrownBy(() -> BenchmarkOptions.parse("--other=..")).hasMessageContaining("--other");
    }
}
