package dev.registrar.database;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs from the class path, unpacked once per version. They are kept in a private directory, not
 * in the shared temporary one, where another user of the machine could replace them.
 */
final class PostgresBinaries {

    private PostgresBinaries() {}

    /** The directory with {@code bin} in it, unpacked now if this version is missing. */
    static Path unpackInto(Path directory) throws IOException {
        byte[] archive = archive();
        Path home = directory.resolve("postgres-" + digest(archive).substring(0, 16));
        if (Files.isDirectory(home)) {
            return home;
        }
        Files.createDirectories(directory);
        Path unfinished = Files.createTempDirectory(directory, "unpacking-");
        unpack(archive, unfinished);
        try {
            Files.move(unfinished, home);
        } catch (IOException e) {
            Directories.delete(unfinished);
            if (!Files.isDirectory(home)) {
                throw e;
            }
            // Another process has unpacked the same version in the meantime.
        }
        return home;
    }

    private static byte[] archive() throws IOException {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String family = system.contains("mac") ? "Darwin" : system.contains("windows") ? "Windows" : "Linux";
        String machine = System.getProperty("os.arch", "");
        try (InputStream in = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
                family, machine.equals("amd64") ? "x86_64" : machine)) {
            return in.readAllBytes();
        } catch (IllegalStateException e) {
            throw new DatabaseRefusedException("This build has no PostgreSQL for " + family + " on " + machine
                    + ": use `database: {type: postgresql}`, or build it on such a machine.");
        }
    }

    private static String digest(byte[] archive) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void unpack(byte[] archive, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("an entry outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    if ((entry.getMode() & 0100) != 0 && !path.toFile().setExecutable(true)) {
                        throw new IOException("cannot make executable: " + path);
                    }
                }
            }
        }
    }

    /** Deletes directories recursively; links are deleted, not followed. */
    static final class Directories {

        private Directories() {}

        static void delete(Path directory) throws IOException {
            empty(directory);
            Files.deleteIfExists(directory);
        }

        /** Keeps the directory itself, which may be a mount point. */
        static void empty(Path directory) throws IOException {
            List<Path> deepestFirst;
            try (Stream<Path> paths = Files.walk(directory)) {
                deepestFirst = paths.filter(path -> !path.equals(directory))
                        .sorted(Comparator.reverseOrder())
                        .toList();
            }
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }
}
