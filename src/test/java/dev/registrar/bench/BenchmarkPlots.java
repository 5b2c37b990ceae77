package dev.registrar.bench;

import static dev.registrar.bench.ControlledContestant.EMPTY;
import static dev.registrar.bench.ControlledContestant.SEQUENTIAL;
import static dev.registrar.bench.RegistrarInstance.NAME;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws the results: {@code throughput.svg} and {@code sweep.svg}, each if there is something to draw. */
final class BenchmarkPlots {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;

    private final List<Measurement> measurements;

    BenchmarkPlots(List<Measurement> measurements) {
        this.measurements = measurements;
    }

    void write(Path directory) throws IOException {
        List<Measurement> comparison = of(BenchmarkOptions.THROUGHPUT);
        if (!comparison.isEmpty()) {
            save(throughput(comparison), directory.resolve("throughput.svg"));
        }
        List<Measurement> sweep = of(BenchmarkOptions.SWEEP);
        if (!sweep.isEmpty()) {
            save(sweep(sweep), directory.resolve("sweep.svg"));
        }
    }

    private List<Measurement> of(String scenario) {
        return measurements.stream()
                .filter(found -> found.cell().scenario().equals(scenario))
                .toList();
    }

    private static CategoryChart throughput(List<Measurement> comparison) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Registrations per second, median of the rounds")
                .xAxisTitle("concurrency, latency of the providers, server")
                .build();
        List<Cell> cells = comparison.stream().map(Measurement::cell).distinct().toList();
        List<String> names = cells.stream()
                .map(cell -> cell.concurrency() + ", " + cell.latencyMillis() + " ms, " + cell.server())
                .toList();
        for (String contestant : List.of(SEQUENTIAL, NAME, EMPTY)) {
            List<Double> medians = cells.stream()
                    .map(cell -> MeasuredRounds.of(cell, comparison).median(contestant, Measurement.PER_SECOND))
                    .toList();
            chart.addSeries(contestant, names, medians);
        }
        return chart;
    }

    private static XYChart sweep(List<Measurement> sweep) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Registrations per second, by the thousand")
                .xAxisTitle("thousand")
                .build();
        chart.getStyler().setYAxisMin(0.0);
        for (Cell cell : sweep.stream().map(Measurement::cell).distinct().toList()) {
            List<Measurement> thousands = MeasuredRounds.of(cell, sweep).measurements();
            chart.addSeries(
                    cell.server() + " server",
                    thousands.stream().map(Measurement::round).toList(),
                    thousands.stream()
                            .map(thousand -> thousand.value(Measurement.PER_SECOND))
                            .toList());
        }
        return chart;
    }

    private static void save(Chart<?, ?> chart, Path file) throws IOException {
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        ChartEncoder.saveChart(chart, file.toString(), "svg");
    }
}
