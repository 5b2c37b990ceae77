package dev.registrar.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Another Java process, controlled through {@code jcmd}.
 *
 * @param pid its process id
 */
record RunningJvm(long pid) {

    /** The whole heap of G1, or one of the two generations of the serial (JDK 17 and 25) and the parallel collector. */
    private static final Pattern USED = Pattern.compile(
            "(?:garbage-first heap|def new generation|tenured generation|DefNew|Tenured|PSYoungGen|ParOldGen)"
                    + " .*?used (\\d+)K");

    /** Used heap after two full collections: objects released by cleaners are freed only in the second. */
    double heapAfterFullCollectionMiB() throws IOException, InterruptedException {
        ask("GC.run");
        ask("GC.run");
        return usedMiB(ask("GC.heap_info"));
    }

    /** Starts recording; the file is written when the process ends. */
    void record(Path file) throws IOException, InterruptedException {
        ask("JFR.start", "settings=profile", "dumponexit=true", "filename=" + file.toAbsolutePath());
    }

    static double usedMiB(String heapInfo) {
        List<MatchResult> parts = USED.matcher(heapInfo).results().toList();
        if (parts.isEmpty()) {
            throw new IllegalStateException("not understood: " + heapInfo);
        }
        return parts.stream().mapToLong(part -> Long.parseLong(part.group(1))).sum() / 1024.0;
    }

    private String ask(String... question) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JvmCommand.tool("jcmd"), Long.toString(pid)));
        command.addAll(List.of(question));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + answer);
        }
        return answer;
    }
}
