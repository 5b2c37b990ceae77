package dev.registrar.bench;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How every Java process of the benchmark is started: the same virtual machine, options and classes. */
record JvmCommand(List<String> options) {

    /**
     * Uses a fixed heap size, so that a growing heap does not look like a slow start.
     *
     * @param more options
     */
    static JvmCommand with(String heap, List<String> more) {
        List<String> options = new ArrayList<>(List.of("-Xms" + heap, "-Xmx" + heap));
        options.addAll(more);
        return new JvmCommand(List.copyOf(options));
    }

    List<String> of(String mainClass) {
        return command("-cp", classPath(), mainClass);
    }

    List<String> jar(Path file) {
        return command("-jar", file.toAbsolutePath().toString());
    }

    private List<String> command(String... program) {
        List<String> command = new ArrayList<>();
        command.add(tool("java"));
        command.addAll(options);
        command.addAll(List.of(program));
        return command;
    }

    /** The class path of this process with absolute paths, for another working directory. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** A program of this JDK. */
    static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }
}
