package dev.registrar.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules pass Prometheus' own checker, and every alert fires, stays quiet and clears. */
@Tag("prometheus")
final class PrometheusRulesIT {

    @Test
    void rulesAndConfigurationPassPrometheusOwnCheck() {
        Promtool.require();

        var rules = Promtool.run(
                RuleFiles.FOLDER,
                List.of("check", "rules", "--lint=all", "--lint-fatal", "rules/recording.yml", "rules/alerts.yml"));
        var config = Promtool.run(RuleFiles.FOLDER, List.of("check", "config", "prometheus.yml"));

        assertThat(rules.exitCode()).as(rules.output()).isZero();
        assertThat(config.exitCode()).as(config.output()).isZero();
    }

    @Test
    void alertsFireStayQuietAndClearAsTheirTestsSay() {
        Promtool.require();

        List<Promtool.Result> failed = RuleFiles.testFiles().parallelStream()
                .map(file -> Promtool.run(RuleFiles.FOLDER, List.of("test", "rules", "tests/" + file.getFileName())))
                .filter(result -> result.exitCode() != 0)
                .toList();

        assertThat(failed).isEmpty();
    }
}
