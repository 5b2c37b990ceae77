package dev.registrar.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Deletes directories recursively; links are deleted, not followed. */
final class Directories {

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
