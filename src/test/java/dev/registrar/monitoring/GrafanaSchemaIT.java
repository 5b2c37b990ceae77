package dev.registrar.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.flow.RequiredTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dashboards against Grafana's own schema, read strictly: unknown, missing and mistyped fields are refused. */
@Tag("prometheus")
final class GrafanaSchemaIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.GRAFANA_SCHEMA;

    private static final JsonMapper JSON = new JsonMapper();
    private static final Path DASHBOARDS = Path.of("grafana", "dashboards");

    @TempDir
    Path scratch;

    private record Result(int exitCode, List<String> lines) {}

    private static Result check(List<Path> files) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of(TOOL.file()), files.stream())
                        .map(Path::toString)
                        .toList())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output.lines().toList());
    }

    @Test
    void shippedDashboardsAreAccepted() throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.list(DASHBOARDS)) {
            files = all.sorted().toList();
        }

        Result result = check(files);

        assertThat(result.lines()).containsExactly(files.size() + " dashboards accepted");
        assertThat(result.exitCode()).isZero();
        assertThat(files).hasSizeGreaterThanOrEqualTo(4);
    }

    /** A wrong field wherever the schema differs by place: options by kind of panel, also in collapsed rows, and queries. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|unexpected field 'planted'",
                "/templating/list/0|unexpected field 'planted'",
                "/panels/1/options|panels[1].options.Options: unexpected field 'planted'",
                "/panels/1/targets/0|panels[1].targets[0].Dataquery: unexpected field 'planted'",
                "COLLAPSED/panels/0/options|panels[0].options.Options: unexpected field 'planted'"
            })
    void plantedFieldIsRefused(String place, String complaint) throws Exception {
        JsonNode dashboard = JSON.readTree(DASHBOARDS.resolve("service.json").toFile());
        int collapsed = 0;
        while (!dashboard.path("panels").path(collapsed).path("collapsed").asBoolean()) {
            collapsed++;
        }
        ObjectNode wrong = (ObjectNode) dashboard.at(place.replace("COLLAPSED", "/panels/" + collapsed));
        wrong.put("planted", true);
        Path file = scratch.resolve("planted.json");
        JSON.writeValue(file.toFile(), dashboard);

        Result result = check(List.of(file));

        assertThat(result.lines()).singleElement().asString().endsWith(complaint);
        assertThat(result.exitCode()).isOne();
    }

    @Test
    void missingFieldAndWrongTypeAreRefused() throws Exception {
        JsonNode dashboard = JSON.readTree(DASHBOARDS.resolve("services.json").toFile());
        ((ObjectNode) dashboard).put("schemaVersion", "39");
        ((ObjectNode) dashboard.at("/templating/list/0")).putObject("current");
        Path file = scratch.resolve("planted.json");
        JSON.writeValue(file.toFile(), dashboard);

        assertThat(check(List.of(file)).lines())
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("schemaVersion", "cannot unmarshal string"),
                        line -> assertThat(line).contains("current.text", "missing"),
                        line -> assertThat(line).contains("current.value", "missing"));
    }
}
