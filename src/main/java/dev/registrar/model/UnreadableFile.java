package dev.registrar.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Explains to the author of a configuration why a file or directory that it names cannot be read. */
public final class UnreadableFile {

    private UnreadableFile() {}

    /** A sentence without its full stop, such as {@code the file token.txt does not exist}; never quotes what is in the file. */
    public static String reason(Path path, IOException e) {
        if (e instanceof NoSuchFileException || (e instanceof FileNotFoundException && Files.notExists(path))) {
            return "the file " + path + " does not exist";
        }
        if (Files.isDirectory(path)) {
            return path + " is a directory, not a file";
        }
        if (e instanceof AccessDeniedException || !Files.isReadable(path)) {
            return "the user of this process may not read the file " + path;
        }
        return e instanceof CharacterCodingException
                ? "the file " + path + " is not a text in UTF-8"
                : "the file " + path + " cannot be read";
    }
}
