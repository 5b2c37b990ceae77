package dev.registrar.database;

import dev.registrar.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One data directory and the programs that work on it. The caller holds the directory's lock, so that there is only one
 * instance at a time.
 */
final class PostgresCluster {

    static final String SUPERUSER = "postgres";

    /** In PostgreSQL's own format, so that {@code PGPASSFILE=…/pgpass psql} works. Written last, it marks the cluster as complete. */
    private static final String PASSWORD_FILE = "pgpass";

    private static final String PASSWORD_FILE_START = "*:*:*:" + SUPERUSER + ":";

    private static final long MAX_LOG_BYTES = 10_000_000;

    private final Path home;
    private final Path directory;
    private final Map<String, String> settings;

    /**
     * @param home the directory with PostgreSQL's {@code bin}
     * @param directory the data directory, absolute, without links
     * @param settings server settings above the directory's own
     */
    PostgresCluster(Path home, Path directory, Map<String, String> settings) {
        this.home = home;
        this.directory = directory;
        this.settings = new TreeMap<>(settings);
    }

    Path directory() {
        return directory;
    }

    boolean isInitialised() {
        return Files.exists(directory.resolve(PASSWORD_FILE));
    }

    boolean isEmpty() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /** Creates a database cluster in the empty directory, with one superuser and a random password. */
    void initialise(Random random) throws IOException {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String password = HexFormat.of().formatHex(bytes);
        Path passwordOnly = Files.createTempFile(directory.getParent(), "initdb", ".tmp");
        try {
            Files.writeString(passwordOnly, password + "\n");
            run(
                    "initdb",
                    "--pgdata=" + directory,
                    "--username=" + SUPERUSER,
                    "--auth=scram-sha-256",
                    "--pwfile=" + passwordOnly,
                    "--encoding=UTF8",
                    "--locale=C");
            Files.writeString(passwordOnly, PASSWORD_FILE_START + password + "\n");
            Files.move(passwordOnly, directory.resolve(PASSWORD_FILE), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(passwordOnly);
        }
    }

    Secret password() throws IOException {
        String line = Files.readString(directory.resolve(PASSWORD_FILE)).strip();
        if (!line.startsWith(PASSWORD_FILE_START)) {
            throw new IOException(directory.resolve(PASSWORD_FILE) + " is not as it was written");
        }
        return new Secret(line.substring(PASSWORD_FILE_START.length()));
    }

    boolean isRunning() throws IOException {
        return Postmaster.of(directory)
                .filter(postmaster -> postmaster.runsIn(directory))
                .isPresent();
    }

    /**
     * Starts the server in its own session (so that Ctrl-C reaches only the service) and waits until it accepts
     * connections.
     */
    void start(int port) throws IOException {
        // The file names a process that has ended or is not PostgreSQL; the server would consider it alive.
        Files.deleteIfExists(Postmaster.file(directory));
        Path log = directory.resolve("server.log");
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, directory.resolve("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        long logged = Files.exists(log) ? Files.size(log) : 0;
        StringBuilder options = new StringBuilder("-p ").append(port);
        settings.forEach(
                (name, value) -> options.append(" -c ").append(name).append('=').append(value));
        try {
            // WAL recovery after a crash counts as starting: minutes at worst.
            run(
                    "pg_ctl",
                    "start",
                    "-w",
                    "-t",
                    "300",
                    "-s",
                    "-D",
                    directory.toString(),
                    "-l",
                    log.toString(),
                    "-o",
                    options.toString());
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; " + firstFatalLine(log, logged), e);
        }
    }

    /** Stops the server if it runs: cleanly, or by force after ten seconds. */
    void stop() throws IOException {
        if (!isRunning()) {
            return;
        }
        try {
            run("pg_ctl", "stop", "-w", "-t", "10", "-s", "-m", "fast", "-D", directory.toString());
        } catch (IOException e) {
            if (isRunning()) {
                run("pg_ctl", "stop", "-w", "-t", "10", "-s", "-m", "immediate", "-D", directory.toString());
            }
        }
    }

    private static String firstFatalLine(Path log, long from) throws IOException {
        if (!Files.exists(log)) {
            return "it wrote no log";
        }
        byte[] all = Files.readAllBytes(log);
        String added = new String(all, (int) from, all.length - (int) from, StandardCharsets.UTF_8);
        return added.lines()
                .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                .findFirst()
                .orElse("see " + log);
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name", "").equals("root") && Files.isExecutable(Path.of("/usr/bin/unshare"))) {
            // PostgreSQL refuses to run as root: in its own user namespace it is not aware of it.
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(program + " failed: " + output.replace('\n', ' '));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(program + " was interrupted", e);
        }
    }

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
         * A killed process not reaped by its parent, as in a container without an init process. The JDK and PostgreSQL
         * consider it alive.
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
}
