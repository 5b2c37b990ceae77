package dev.registrar.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * An image that Buildah builds from the Dockerfile without a registry or a container engine. Its programs run in the
 * image's files with the image's settings, on this machine's network. Needs root.
 */
final class ContainerImage implements AutoCloseable {

    /**
     * Runs a command in the image's files, which are read-only. $1: the files, $2: the volume, $3: a directory for what
     * is written to the volume, $4: the user, $5: the working directory.
     */
    private static final String ENTER = """
            set -e
            mount --bind "$1" "$1"
            mount -o remount,bind,ro "$1"
            mount --rbind /dev "$1/dev"
            mount -t proc proc "$1/proc"
            mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
            chown "$4" "$3"
            mount --bind "$3" "$1$2"
            root=$1 user=$4 work=$5
            shift 5
            exec chroot --userspec="$user" --groups= "$root" /usr/bin/env --ignore-environment --chdir="$work" "$@"
            """;

    private final String tag;
    private final String container;
    private final String root;
    private final JsonNode config;

    private ContainerImage(String tag) throws IOException {
        this.tag = tag;
        this.config = new JsonMapper()
                .readTree(buildah("inspect", "--type", "image", tag))
                .path("Docker")
                .path("config");
        this.container = buildah("from", "--pull-never", tag);
        this.root = buildah("mount", container);
    }

    /** @param target the stage of the Dockerfile */
    static ContainerImage build(String target) throws IOException {
        String tag = "localhost/registrar-test:" + target + "-"
                + ProcessHandle.current().pid();
        buildah("bud", "--format", "docker", "--pull-never", "--target", target, "--tag", tag, ".");
        return new ContainerImage(tag);
    }

    /** Returns standard output. */
    private static String buildah(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(RequiredTool.BUILDAH.file().toString()));
        Path store = RequiredTool.IMAGE_STORE.file();
        command.addAll(List.of(
                "--root",
                store.toString(),
                "--runroot",
                store.resolveSibling("run").toString()));
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile("buildah", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().putAll(Map.of("STORAGE_DRIVER", "vfs", "BUILDAH_ISOLATION", "chroot"));
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + "\n" + output + "\n" + Files.readString(errors));
            }
            return output.strip();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            Files.delete(errors);
        }
    }

    /** The image's configuration with Docker's names: User, Entrypoint, Cmd, Healthcheck and so on. */
    JsonNode config() {
        return config;
    }

    List<String> config(String name) {
        return texts(config.path(name));
    }

    static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** The size of its files in MB, as engines report it. */
    long megabytes() throws IOException {
        String size = buildah("images", "--filter", "reference=" + tag, "--format", "{{.Size}}");
        return Math.round(Double.parseDouble(size.replaceAll("[^0-9.]", "")));
    }

    /**
     * Starts the image's entry point with these arguments.
     *
     * @param directory for the output and for what is written to the volume
     */
    Program run(Path directory, String name, Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(config("Entrypoint"));
        command.addAll(arguments);
        return execute(directory, name, environment, command);
    }

    /** Starts another command in the image. */
    Program execute(Path directory, String name, Map<String, String> environment, List<String> command) {
        Path data = directory.resolve("volume");
        try {
            Files.createDirectories(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> arguments = new ArrayList<>(List.of(
                root,
                config.path("Volumes").fieldNames().next(),
                data.toString(),
                config.path("User").asText(),
                config.path("WorkingDir").asText()));
        arguments.addAll(config("Env"));
        environment.forEach((key, value) -> arguments.add(key + "=" + value));
        arguments.addAll(command);
        return Program.start(
                directory,
                name,
                Map.of(),
                List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", ENTER, "enter"),
                arguments);
    }

    @Override
    public void close() throws IOException {
        buildah("rm", container);
        buildah("rmi", tag);
    }
}
