package dev.registrar.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The measurements so far, one JSON object per line. An incomplete line of an interrupted run is skipped. */
final class ResultFile {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final Path file;
    private final List<Measurement> measurements = new ArrayList<>();

    private ResultFile(Path file) {
        this.file = file;
    }

    /** Reads the file if it exists. */
    static ResultFile open(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        ResultFile results = new ResultFile(file);
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                if (line.endsWith("}")) {
                    results.measurements.add(MAPPER.readValue(line, Measurement.class));
                }
            }
        }
        return results;
    }

    void add(List<Measurement> added) throws IOException {
        Files.writeString(file, lines(added), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        measurements.addAll(added);
    }

    /** Removes the measurements under these conditions. */
    void forget(Cell cell) throws IOException {
        if (measurements.removeIf(found -> found.cell().equals(cell))) {
            Files.writeString(file, lines(measurements));
        }
    }

    /** Instead of earlier measurements under these conditions. */
    void replace(Cell cell, List<Measurement> fresh) throws IOException {
        forget(cell);
        add(fresh);
    }

    private static String lines(List<Measurement> measurements) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Measurement measurement : measurements) {
            lines.append(MAPPER.writeValueAsString(measurement)).append('\n');
        }
        return lines.toString();
    }

    List<Measurement> all() {
        return List.copyOf(measurements);
    }

    boolean has(Cell cell, int round) {
        return measurements.stream().anyMatch(found -> found.cell().equals(cell) && found.round() == round);
    }
}
