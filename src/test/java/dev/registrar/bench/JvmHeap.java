package dev.registrar.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The heap of another Java process, asked through {@code jcmd}. */
final class JvmHeap {

    private static final Pattern USED = Pattern.compile("garbage-first heap.*?used (\\d+)K", Pattern.DOTALL);

    private final long pid;

    private JvmHeap(long pid) {
        this.pid = pid;
    }

    static JvmHeap of(long pid) {
        return new JvmHeap(pid);
    }

    /** Collects all of it, twice because what finalizers and cleaners let go of goes only then, and says what is left. */
    double afterFullCollectionMiB() throws IOException, InterruptedException {
        ask("GC.run");
        ask("GC.run");
        return usedMiB(ask("GC.heap_info"));
    }

    static double usedMiB(String heapInfo) {
        Matcher matcher = USED.matcher(heapInfo);
        if (!matcher.find()) {
            throw new IllegalStateException("not understood: " + heapInfo);
        }
        return Long.parseLong(matcher.group(1)) / 1024.0;
    }

    private String ask(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(JvmCommand.tool("jcmd"), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + command + " failed: " + answer);
        }
        return answer;
    }
}
