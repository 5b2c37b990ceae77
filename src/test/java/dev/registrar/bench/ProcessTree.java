package dev.registrar.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Processes and their descendants, as Linux accounts for them under {@code /proc}. */
final class ProcessTree {

    private static final Path PROC = Path.of("/proc");

    /** The unit of CPU times, a hundredth of a second on every Linux. */
    private static final double MILLIS_PER_TICK = 10;

    private final Set<Long> roots;

    ProcessTree(Collection<Long> roots) {
        this.roots = Set.copyOf(roots);
    }

    /** Whether this system has {@code /proc}. */
    static boolean isKnown() {
        return Files.exists(PROC.resolve("self").resolve("stat"));
    }

    /** CPU time so far in milliseconds, including children that have ended: theirs is added to their parent's. */
    double cpuMillis() {
        return members().stream().mapToLong(Account::ticks).sum() * MILLIS_PER_TICK;
    }

    /** Resident memory in MiB. Shared pages, such as PostgreSQL's shared memory, count once per process. */
    double residentMiB() {
        return members().stream().mapToLong(Account::residentKiB).sum() / 1024.0;
    }

    /**
     * KiB read and written so far, including children that have ended: files, pipes, and sockets unless they are used by {@code recv}
     * and {@code send}, as PostgreSQL does.
     */
    double transferredKiB() {
        return members().stream()
                        .mapToLong(account -> transferredBytes(PROC.resolve(Long.toString(account.id()))))
                        .sum()
                / 1024.0;
    }

    private static long transferredBytes(Path entry) {
        try (Stream<String> lines = Files.lines(entry.resolve("io"))) {
            return lines.filter(line -> line.startsWith("rchar:") || line.startsWith("wchar:"))
                    .mapToLong(line ->
                            Long.parseLong(line.substring("rchar:".length()).strip()))
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            // It has just ended.
            return 0;
        }
    }

    /** Sends a signal to these processes and their descendants; does nothing on a system without {@code /proc}. */
    static void signal(String name, Collection<Long> roots) throws IOException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        new ProcessTree(roots).members().forEach(member -> command.add(Long.toString(member.id())));
        if (command.size() == 2) {
            return;
        }
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Account> members() {
        List<Account> all = accounts();
        Set<Long> ids = new HashSet<>(roots);
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Account account : all) {
                grown |= ids.contains(account.parent()) && ids.add(account.id());
            }
        }
        return all.stream().filter(account -> ids.contains(account.id())).toList();
    }

    private static List<Account> accounts() {
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.filter(entry -> entry.getFileName().toString().matches("\\d+"))
                    .flatMap(entry -> account(entry).stream())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Empty for a process that has just ended. */
    private static List<Account> account(Path entry) {
        try {
            String stat = Files.readString(entry.resolve("stat"));
            return List.of(Account.parse(stat));
        } catch (IOException e) {
            return List.of();
        }
    }

    /** @param ticks user and system time, its own and that of children that have ended */
    record Account(long id, long parent, long ticks, long residentKiB) {

        private static final int PAGE_KIB = 4;

        /** @param stat a line of {@code /proc/ID/stat}; the name in it may contain blanks and parentheses */
        static Account parse(String stat) {
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            // utime, stime, cutime, cstime: fields 14 to 17 of the line; index 0 is its third field.
            for (int i = 11; i <= 14; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            long id = Long.parseLong(stat.substring(0, stat.indexOf(' ')));
            return new Account(id, Long.parseLong(fields[1]), ticks, Long.parseLong(fields[21].strip()) * PAGE_KIB);
        }
    }
}
