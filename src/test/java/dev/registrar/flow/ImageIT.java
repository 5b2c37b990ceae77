package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.registrar.flow.WebClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The container image, built from the Dockerfile on locally made base images and run on a read-only root file system.
 */
@Tag("image")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImageIT {

    @RegisterExtension
    static final RequiredTool BUILDAH = RequiredTool.BUILDAH;

    @RegisterExtension
    static final RequiredTool STORE = RequiredTool.IMAGE_STORE;

    private static final Duration LIMIT = Duration.ofMinutes(8);
    private static final String CONFIG = "/etc/registrar/config.yml";

    private @Nullable ContainerImage built;

    @TempDir
    Path directory;

    @BeforeAll
    void build() throws IOException, InterruptedException {
        Process mount = new ProcessBuilder(
                        "unshare", "--mount", "--pid", "--fork", "mount", "-t", "proc", "proc", "/proc")
                .redirectErrorStream(true)
                .start();
        String refusal = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (mount.waitFor() != 0) {
            String text = "The image needs root that may mount file systems: " + refusal;
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException(text);
            }
            System.out.println("SKIPPED, NOT TESTED: " + text);
            abort(text);
        }
        long start = System.nanoTime();
        built = ContainerImage.build("full");
        System.out.printf("MEASURED image: %d MB, built in %d s%n", image().megabytes(), seconds(start));
    }

    @AfterAll
    void remove() throws IOException {
        if (built != null) {
            built.close();
        }
    }

    private ContainerImage image() {
        return Objects.requireNonNull(built);
    }

    private static long seconds(long start) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    }

    private static Map<String, String> ports(FreePorts ports) {
        return Map.of(
                "REGISTRAR_PORT", Integer.toString(ports.next()),
                "REGISTRAR_ADMIN_PORT", Integer.toString(ports.next()),
                "SANDBOX_PORT", Integer.toString(ports.next()),
                // Longer than a busy machine needs to notice.
                "REGISTRAR_DRAIN", "15 s");
    }

    @Test
    void javaIsStartedWithoutAShellAsAnUnprivilegedUser() {
        assertThat(image().config("Entrypoint")).containsExactly("java", "-jar", "/app/registrar.jar");
        assertThat(image().config("Cmd")).containsExactly("server", CONFIG);
        assertThat(image().config().path("User").asText()).isEqualTo("10001:10001");
    }

    @Test
    void userCanWriteToTheVolumeAndTheTemporaryDirectoryOnly() {
        String script = "id -u; touch /var/lib/registrar/x /tmp/x && ! touch /app/x && ! touch /etc/registrar/x";
        try (Program shell = image().execute(directory, "shell", Map.of(), List.of("/bin/bash", "-c", script))) {
            int exit = shell.awaitEnd(LIMIT);

            assertThat(exit).as(shell.output()).isZero();
            assertThat(shell.output()).startsWith("10001\n").contains("Read-only file system");
        }
    }

    @Test
    void demonstrationEndsWithStatusZero() {
        try (Program demo = image().run(directory, "demo", ports(new FreePorts()), List.of("demo", CONFIG, "--exit"))) {
            int exit = demo.awaitEnd(LIMIT);

            System.out.println(demo.output());
            assertThat(exit).as(demo.output()).isZero();
            assertThat(demo.output()).contains("All 5 ended as they should");
        }
    }

    @Test
    void instanceIsHealthyAndDrainsOnSigtermWithoutAFailedRequest() throws Exception {
        Map<String, String> environment = ports(new FreePorts());
        long start = System.nanoTime();
        try (Program service = image().run(directory, "server", environment, image().config("Cmd"));
                Clients clients = new Clients(environment)) {
            Poll.until("it is ready", LIMIT, clients::ready, service::output);
            ProcessHandle java = java(service).orElseThrow();
            System.out.printf(
                    "MEASURED image: ready after %d s, which took %d s of CPU; %d MiB resident%n",
                    seconds(start),
                    java.info().totalCpuDuration().orElseThrow().toSeconds(),
                    Program.residentMiB(java.pid()));
            assertThat(status(java, "Uid")).containsOnly("10001");
            assertThat(status(java, "NSpid")).as("process 1 of its own").endsWith("1");
            assertThat(health(environment)).isZero();
            clients.start();
            Poll.until("there is load", LIMIT, () -> clients.sent() > 20, service::output);

            int before = clients.sent();
            java.destroy();
            int exit = service.awaitEnd(LIMIT);

            clients.end();
            System.out.printf(
                    "MEASURED image: SIGTERM under load: %d requests, %d of them after it, %d failed%n",
                    clients.sent(), clients.sent() - before, clients.failures().size());
            assertThat(clients.failures()).isEmpty();
            assertThat(clients.sent()).isGreaterThan(before);
            assertThat(exit).as(service.output()).isEqualTo(143);
            assertThat(health(environment)).as("of one that ended").isNotZero();
        }
    }

    /** The Java process in the image; {@code unshare} does not forward signals to it. */
    private static Optional<ProcessHandle> java(Program program) {
        return ProcessHandle.of(program.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst();
    }

    private static List<String> status(ProcessHandle process, String name) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .flatMap(line -> Stream.of(line.strip().split("\\s+", -1)).skip(1))
                .toList();
    }

    private int health(Map<String, String> environment) {
        List<String> test =
                ContainerImage.texts(image().config().path("Healthcheck").path("Test"));
        assertThat(test).hasSize(2).startsWith("CMD");
        try (Program check = image().execute(directory, "health", environment, test.subList(1, 2))) {
            return check.awaitEnd(LIMIT);
        }
    }

    @Test
    void slimImageHasNoPostgresAndSaysSo() throws IOException {
        try (ContainerImage slim = ContainerImage.build("slim")) {
            System.out.printf("MEASURED slim image: %d MB%n", slim.megabytes());
            try (Program check = slim.run(directory, "check", Map.of(), List.of("check", CONFIG));
                    Program server = slim.run(directory, "slim", ports(new FreePorts()), slim.config("Cmd"))) {
                assertThat(check.awaitEnd(LIMIT)).as(check.output()).isZero();
                assertThat(server.awaitEnd(LIMIT)).as(server.output()).isEqualTo(1);
                assertThat(server.output()).contains("no PostgreSQL for Linux");
            }
            assertThat(slim.megabytes()).isLessThan(image().megabytes());
        }
    }

    /** Clients behind a load balancer that checks every two seconds whether the instance is ready. */
    private static final class Clients implements AutoCloseable {

        private final WebClient application;
        private final WebClient admin;
        private final List<CompletableFuture<Answer>> answers = Collections.synchronizedList(new ArrayList<>());
        private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
        private volatile boolean ready = true;

        Clients(Map<String, String> environment) {
            application = new WebClient(port(environment, "REGISTRAR_PORT"));
            admin = new WebClient(port(environment, "REGISTRAR_ADMIN_PORT"));
        }

        private static int port(Map<String, String> environment, String variable) {
            return Integer.parseInt(Objects.requireNonNull(environment.get(variable)));
        }

        boolean ready() {
            return admin.get("/ready").status() == 200;
        }

        void start() {
            // A series stops if its task throws.
            var unusedChecks = timer.scheduleWithFixedDelay(() -> ready = ready(), 2, 2, TimeUnit.SECONDS);
            var unusedRequests = timer.scheduleWithFixedDelay(this::next, 0, 50, TimeUnit.MILLISECONDS);
        }

        private void next() {
            if (ready) {
                answers.add(application.callLater(
                        "POST",
                        "/v1/registrations",
                        RegistrationClient.body("image-" + answers.size()),
                        "Content-Type",
                        "application/json"));
            }
        }

        int sent() {
            return answers.size();
        }

        void end() throws InterruptedException {
            timer.shutdown();
            assertThat(timer.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }

        List<String> failures() {
            return answers.stream()
                    .map(answer -> answer.handle((got, failure) ->
                                    failure == null && got.status() == 202 ? "" : String.valueOf(failure) + " " + got)
                            .join())
                    .filter(failure -> !failure.isEmpty())
                    .toList();
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }
}
