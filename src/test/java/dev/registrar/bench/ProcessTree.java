package dev.registrar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A process and all that came from it, as Linux accounts for them under {@code /proc}. */
final class ProcessTree {

    private static final Path PROC = Path.of("/proc");

    /** The unit of the accounts, the same on every Linux: a hundredth of a second. */
    private static final double MILLIS_PER_TICK = 10;

    private final long root;

    ProcessTree(long root) {
        this.root = root;
    }

    /** Whether this system keeps such accounts. */
    static boolean isKnown() {
        return Files.exists(PROC.resolve("self").resolve("stat"));
    }

    /** CPU time so far in milliseconds, of children that ended too: what they used is their parent's account. */
    double cpuMillis() {
        return members().stream().mapToLong(Account::ticks).sum() * MILLIS_PER_TICK;
    }

    /** Resident memory in MiB. Pages that several share count for each, as PostgreSQL's shared memory does. */
    double residentMiB() {
        return members().stream().mapToLong(Account::residentKiB).sum() / 1024.0;
    }

    private List<Account> members() {
        List<Account> all = accounts();
        Set<Long> ids = new HashSet<>(Set.of(root));
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

    /** None of a process that has just ended. */
    private static List<Account> account(Path entry) {
        try {
            String stat = Files.readString(entry.resolve("stat"));
            return List.of(Account.parse(stat));
        } catch (IOException e) {
            return List.of();
        }
    }

    /** @param ticks user and system time, its own and its ended children's */
    record Account(long id, long parent, long ticks, long residentKiB) {

        private static final int PAGE_KIB = 4;

        /** @param stat a line of {@code /proc/ID/stat}; the name in it may hold blanks and brackets */
        static Account parse(String stat) {
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            // utime, stime, cutime, cstime: fields 14 to 17 of the line, the first here is its third.
            for (int i = 11; i <= 14; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            long id = Long.parseLong(stat.substring(0, stat.indexOf(' ')));
            return new Account(id, Long.parseLong(fields[1]), ticks, Long.parseLong(fields[21].strip()) * PAGE_KIB);
        }
    }
}
