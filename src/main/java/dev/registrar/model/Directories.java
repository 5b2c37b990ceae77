package dev.registrar.model;

import java.nio.file.Files;
import java.nio.file.Path;

/** Checks of directories in the configuration. */
public final class Directories {

    private Directories() {}

    /**
     * Requires that the directory exists or can be created.
     *
     * @throws IllegalStateException if it, or something above it, is a file; one sentence that begins with the option
     */
    public static void requireNoFile(String option, Path directory) {
        for (Path path = directory; path != null; path = path.getParent()) {
            if (Files.exists(path)) {
                if (!Files.isDirectory(path)) {
                    throw new IllegalStateException(option + ": " + path + " is a file, not a directory");
                }
                return;
            }
        }
    }
}
