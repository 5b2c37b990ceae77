package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.registrar.flow.AlertmanagerServer.Notification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * One fault pages once. What fires in a night of three faults, as promtool proved it ({@code prometheus/tests/night_test.yml}),
 * is posted to real Alertmanagers, in which a minute lasts half a second.
 */
@Tag("prometheus")
final class AlertmanagerIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.ALERTMANAGER;

    @RegisterExtension
    static final RequiredTool AMTOOL = RequiredTool.AMTOOL;

    private static final Duration MINUTE = Duration.ofMillis(500);
    private static final Path SHIPPED = Path.of("prometheus", "alertmanager.yml");
    private static final Path NIGHT = Path.of("prometheus", "tests", "night_test.yml");
    private static final int LAST_MINUTE = 90;
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    /** As Alertmanager's own example groups, and no inhibition. */
    private static final String PLAIN = """
            route: {receiver: all, group_by: [alertname], group_wait: 30s, group_interval: 5m, repeat_interval: 4h}
            receivers: [{name: all, webhook_configs: [{url: 'http://127.0.0.1:9095/page'}]}]
            """;

    @TempDir
    Path directory;

    @Test
    void shippedConfigurationPassesAmtool() {
        try (Program check = Program.start(
                directory,
                "amtool",
                Map.of(),
                List.of(RequiredTool.AMTOOL.file().toString()),
                List.of("check-config", SHIPPED.toAbsolutePath().toString()))) {
            assertThat(check.awaitEnd(Duration.ofSeconds(30)))
                    .as(check.output())
                    .isZero();
            assertThat(check.output()).contains("SUCCESS");
        }
    }

    @Test
    void aNightOfThreeFaultsMakesAtMostThreeNotifications() throws IOException {
        String shipped = Files.readString(SHIPPED);
        String uninhibited = shipped.substring(0, shipped.indexOf("\ninhibit_rules:") + 1);
        try (AlertmanagerServer ours = new AlertmanagerServer(directory, "shipped", shipped, MINUTE);
                AlertmanagerServer control = new AlertmanagerServer(directory, "uninhibited", uninhibited, MINUTE);
                AlertmanagerServer plain = new AlertmanagerServer(directory, "plain", PLAIN, MINUTE)) {
            passTheNight(List.of(ours, control, plain));

            System.out.printf(
                    "MEASURED notifications of the night: %d without configuration, %d without inhibition, %d as shipped: %s%n",
                    plain.received().size(),
                    control.received().size(),
                    ours.received().size(),
                    ours.received());
            assertThat(ours.received())
                    .hasSizeLessThanOrEqualTo(3)
                    .contains(
                            new Notification("page", true, List.of("RegistrarMoneyAtRiskHigh")),
                            new Notification("ticket", true, List.of("RegistrarRetriesExhausted")));
            assertThat(ours.received().stream().filter(Notification::firing)).hasSize(2);
            assertThat(control.received()).hasSizeGreaterThan(3);
            assertThat(plain.received()).hasSizeGreaterThan(control.received().size());
        }
    }

    /** Every minute what fires then, and what has ceased to. */
    private static void passTheNight(List<AlertmanagerServer> servers) throws IOException {
        NavigableMap<Integer, Set<Map<String, String>>> night = night();
        assertThat(night).hasSizeGreaterThan(5);
        Set<Map<String, String>> before = Set.of();
        for (int minute = night.firstKey(); minute <= LAST_MINUTE; minute++) {
            Set<Map<String, String>> firing = night.floorEntry(minute).getValue();
            Map<Map<String, String>, Boolean> alerts = new HashMap<>();
            before.forEach(alert -> alerts.put(alert, false));
            firing.forEach(alert -> alerts.put(alert, true));
            if (!alerts.isEmpty()) {
                servers.forEach(server -> server.post(alerts));
            }
            before = new HashSet<>(firing);
            Poll.pass(MINUTE);
        }
    }

    /** The labels of what fires, from the minute of each change on. */
    private static NavigableMap<Integer, Set<Map<String, String>>> night() throws IOException {
        NavigableMap<Integer, Set<Map<String, String>>> night = new TreeMap<>();
        JsonNode story = new YAMLMapper().readTree(NIGHT.toFile()).path("tests").path(0);
        for (JsonNode look : story.path("promql_expr_test")) {
            Set<Map<String, String>> firing = new HashSet<>();
            for (JsonNode sample : look.path("exp_samples")) {
                Map<String, String> labels = LABEL.matcher(sample.path("labels").asText())
                        .results()
                        .collect(Collectors.toMap((MatchResult label) -> label.group(1), label -> label.group(2)));
                labels.remove("alertstate");
                firing.add(labels);
            }
            night.put(Integer.parseInt(look.path("eval_time").asText().replace("m", "")), firing);
        }
        return night;
    }
}
