package dev.registrar.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The jar of the newest release, built from its commit when first used, about a minute, and kept below {@code target/releases}. In a
 * copy of the sources without the commit its tests are skipped with one line on standard output; in a complete clone, which has all
 * commits, they fail instead with {@code CI=true}.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final ReleasedJar RELEASED = ReleasedJar.newest();
 * }</pre>
 */
public final class ReleasedJar implements ExecutionCondition {

    private static final Path DIRECTORY = Path.of("target", "releases");
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(10);
    private static final Duration GIT_LIMIT = Duration.ofMinutes(1);
    private static final List<String> BUILD =
            List.of("mvn", "-q", "-B", "-Dmaven.test.skip=true", "-Dspotless.check.skip=true", "-Dcyclonedx.skip=true");
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(ReleasedJar.class);

    private final ReleaseRecord release;

    private ReleasedJar(ReleaseRecord release) {
        this.release = release;
    }

    public static ReleasedJar newest() {
        try {
            return new ReleasedJar(ReleaseRecord.newest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ReleaseRecord release() {
        return release;
    }

    /** Builds it unless it is there. */
    public Path file() {
        try {
            Path folder = Files.createDirectories(DIRECTORY.resolve(release.number() + "-" + hash()));
            Path jar = folder.resolve("registrar.jar").toAbsolutePath();
            if (!Files.exists(jar)) {
                build(folder, jar);
            }
            requireTheReleasedOne(jar);
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void build(Path folder, Path jar) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources"));
        Path archive = folder.resolve("sources.tar").toAbsolutePath();
        run(GIT_LIMIT, Path.of(""), List.of("git", "archive", "--output", archive.toString(), hash()));
        run(GIT_LIMIT, sources, List.of("tar", "-xf", archive.toString()));
        List<String> build = Stream.concat(BUILD.stream(), Stream.of("package")).toList();
        List<String> offline = Stream.concat(build.stream(), Stream.of("-o")).toList();
        if (exit(BUILD_LIMIT, sources, offline) != 0) {
            // It may need other dependencies than this version.
            run(BUILD_LIMIT, sources, build);
        }
        Files.move(sources.resolve("target").resolve("registrar.jar"), jar, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(archive);
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Only the build that was published is comparable byte by byte. */
    private void requireTheReleasedOne(Path jar) throws IOException {
        Optional<ReleaseRecord.Built> comparable = release.built()
                .filter(built -> built.jdk().equals(Runtime.version().toString())
                        && System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"));
        if (comparable.isPresent()) {
            assertThat(ReleaseRecord.checksum(jar))
                    .as("SHA-256 of the jar of " + release.number())
                    .isEqualTo(comparable.get().sha256());
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (has(release.commit() + "^{commit}")) {
            return ConditionEvaluationResult.enabled("commit " + release.commit());
        }
        String missing = "the commit " + release.commit() + " of release " + release.number()
                + " is missing. To get it: git fetch --tags --unshallow";
        if ("true".equals(System.getenv("CI")) && has("HEAD") && isComplete()) {
            throw new IllegalStateException(missing);
        }
        context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(release.number(), unused -> {
            System.out.println("SKIPPED, NOT TESTED: " + missing);
            return missing;
        });
        return ConditionEvaluationResult.disabled(missing);
    }

    private String hash() {
        return git("rev-parse", "--verify", release.commit() + "^{commit}").substring(0, 12);
    }

    private static boolean isComplete() {
        return git("rev-parse", "--is-shallow-repository").equals("false");
    }

    private static boolean has(String commit) {
        return exit(GIT_LIMIT, Path.of(""), List.of("git", "cat-file", "-e", commit)) == 0;
    }

    private static String git(String... arguments) {
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of("git"), Stream.of(arguments))
                            .toList())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(Duration limit, Path directory, List<String> command) {
        int code = exit(limit, directory, command);
        if (code != 0) {
            throw new AssertionError(command + " ended with " + code + ": see " + DIRECTORY.resolve("build.log"));
        }
    }

    private static int exit(Duration limit, Path directory, List<String> command) {
        try {
            Path log = Files.createDirectories(DIRECTORY).toAbsolutePath();
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toAbsolutePath().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            log.resolve("build.log").toFile()));
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            return Program.of(builder, log.resolve("build.log")).awaitEnd(limit);
        } catch (IOException e) {
            // There is no such program, for example git in a container.
            return 127;
        }
    }

    /** The class path of this test with the released classes instead of this version's. */
    public String classPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String classes = Path.of("target", "classes").toAbsolutePath().toString();
        return Stream.concat(
                        Stream.of(file().toString()),
                        Stream.of(all.split(java.io.File.pathSeparator))
                                .filter(entry -> !Path.of(entry)
                                        .toAbsolutePath()
                                        .toString()
                                        .equals(classes))
                                .filter(entry -> !entry.endsWith("registrar.jar")))
                .reduce((one, other) -> one + java.io.File.pathSeparator + other)
                .orElseThrow();
    }

    /** Runs a main class of the tests on the released classes, and returns its finished process. */
    public Program run(Path directory, String name, Class<?> main, List<String> arguments) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath(), main.getName());
        return Program.start(directory, name, Map.of(), command, arguments);
    }
}
