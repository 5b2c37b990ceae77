package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code compose.yaml} and the files it mounts, as far as they can be checked without a container engine. */
final class ComposeFileTest {

    private static final Path DEPLOY = Path.of("deploy", "compose");
    private static final String SECRETS = "/run/registrar";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Pattern PINNED = Pattern.compile("[a-z./-]+:v?[0-9]+(\\.[0-9]+)+([._-][a-z0-9._-]+)?");
    private static final Pattern BASE = Pattern.compile("(?m)^ARG [A-Z]+_IMAGE=(.+)$");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    private static JsonNode services() throws IOException {
        return YAML.readTree(Path.of("compose.yaml").toFile()).path("services");
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** The mounts from the repository: service and target path, and the path in the repository. */
    private static Map<String, String> mounts() throws IOException {
        Map<String, String> mounts = new TreeMap<>();
        for (Map.Entry<String, JsonNode> service : services().properties()) {
            for (String volume : texts(service.getValue().path("volumes"))) {
                if (volume.startsWith(".")) {
                    String[] parts = volume.split(":", -1);
                    assertThat(parts).as(volume).hasSize(3).endsWith("ro");
                    mounts.put(service.getKey() + " " + parts[1], parts[0].substring(2));
                }
            }
        }
        return mounts;
    }

    @Test
    void whatIsMountedIsWhatTheRepositoryHasAndTestsUse() throws IOException {
        assertThat(mounts())
                .isEqualTo(Map.of(
                        "registrar /etc/registrar/compose.yml", "deploy/compose/registrar.yml",
                        "postgresql /deploy/make-secrets", "deploy/compose/make-secrets",
                        "postgresql /docker-entrypoint-initdb.d/databases.sh", "deploy/compose/databases.sh",
                        "prometheus /etc/prometheus/prometheus.yml", "deploy/compose/prometheus.yml",
                        "prometheus /etc/prometheus/rules", "prometheus/rules",
                        "grafana /etc/grafana/provisioning", "grafana/provisioning",
                        "grafana /var/lib/grafana/dashboards", "grafana/dashboards"))
                .allSatisfy((place, path) -> assertThat(Path.of(path)).exists());
    }

    @Test
    void prometheusIsConfiguredAsOutsideContainersButForTheTargetAndTheKey() throws IOException {
        String outside = Files.readString(Path.of("prometheus", "prometheus.yml"))
                .replace("- 127.0.0.1:8081", "- registrar:8081")
                .replace(
                        "    # authorization:\n    #   credentials_file: /run/secrets/registrar-metrics-key\n",
                        "    authorization:\n      credentials_file: " + SECRETS + "/metrics-key\n");

        assertThat(YAML.readTree(DEPLOY.resolve("prometheus.yml").toFile())).isEqualTo(YAML.readTree(outside));
    }

    /** The provisioned data source is 127.0.0.1, which is Prometheus for any service that shares its network. */
    @Test
    void grafanaFindsPrometheusWhereTheProvisioningSays() throws IOException {
        JsonNode source = YAML.readTree(Path.of("grafana", "provisioning", "datasources", "prometheus.yml")
                        .toFile())
                .path("datasources")
                .path(0);

        assertThat(source.path("url").asText()).isEqualTo("http://127.0.0.1:9090");
        assertThat(services().path("grafana").path("network_mode").asText()).isEqualTo("service:prometheus");
    }

    @Test
    void everyImageHasAVersion() throws IOException {
        List<String> images = StreamSupport.stream(services().spliterator(), false)
                .filter(service -> !service.has("build"))
                .map(service -> service.path("image").asText())
                .toList();
        List<String> bases = BASE.matcher(Files.readString(Path.of("Dockerfile")))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(images).hasSize(4).allMatch(image -> PINNED.matcher(image).matches());
        assertThat(bases).hasSize(2).allMatch(image -> PINNED.matcher(image).matches());
    }

    @Test
    void portsAreOpenOnThisMachineOnly() throws IOException {
        List<String> ports = StreamSupport.stream(services().spliterator(), false)
                .flatMap(service -> texts(service.path("ports")).stream())
                .toList();

        assertThat(ports).hasSize(4).allMatch(port -> port.startsWith("127.0.0.1:"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void registrarAcceptsItsConfigurationWithTheSecretsThatAreMade() throws IOException {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        Map<String, String> made = makeSecrets(secrets);
        String config = Files.readString(DEPLOY.resolve("registrar.yml"));
        assertThat(config).contains(SECRETS + "/");
        Files.writeString(directory.resolve("registrar.yml"), config.replace(SECRETS, secrets.toString()));

        try (Program check = Program.start(directory, "check", Map.of(), List.of("check", "registrar.yml"))) {
            int exit = check.awaitEnd(LIMIT);

            assertThat(exit).as(check.output()).isZero();
        }
        assertThat(makeSecrets(secrets)).as("a second start makes no new ones").isEqualTo(made);
        assertThat(made.values()).as("none is there twice").doesNotHaveDuplicates();
    }

    /** The files and their contents. */
    private Map<String, String> makeSecrets(Path secrets) throws IOException {
        try (Program script = Program.start(
                directory,
                "make-secrets",
                Map.of(),
                List.of("bash", DEPLOY.resolve("make-secrets").toAbsolutePath().toString(), secrets.toString()),
                List.of("true"))) {
            assertThat(script.awaitEnd(LIMIT)).as(script.output()).isZero();
        }
        Map<String, String> files = new TreeMap<>();
        try (var paths = Files.list(secrets)) {
            for (Path file : paths.toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return files;
    }
}
