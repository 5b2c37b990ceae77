package dev.registrar.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * PostgreSQL's main process as its {@code postmaster.pid} names it.
 *
 * @param pid its process id
 */
record Postmaster(long pid) {

    /** The process that a data directory names, running or not; empty if there is no such file. */
    static Optional<Postmaster> of(Path dataDirectory) throws IOException {
        try {
            List<String> lines = Files.readAllLines(file(dataDirectory));
            return lines.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Postmaster(Long.parseLong(lines.get(0).strip())));
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    static Path file(Path dataDirectory) {
        return dataDirectory.resolve("postmaster.pid");
    }

    /**
     * Whether the process runs and is a PostgreSQL of this directory. Ids are reused, so the program and, if
     * the system shows them, its arguments are checked too.
     */
    boolean runsIn(Path dataDirectory) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        if (process.isEmpty() || isZombie()) {
            return false;
        }
        ProcessHandle.Info info = process.get().info();
        boolean program = info.command()
                .map(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
                .orElse(true);
        boolean directory = info.arguments()
                .map(arguments -> Arrays.asList(arguments).contains(dataDirectory.toString()))
                .orElse(true);
        return program && directory;
    }

    /**
     * A killed process whose parent does not collect it, as in a container without an init process. The JDK and PostgreSQL
     * consider it alive, but it does nothing any more.
     */
    private boolean isZombie() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return false;
        }
    }
}
