package dev.registrar.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reserves a data directory for one process by a lock on a file beside it; the system releases the lock when the process ends,
 * however it ends. The file also records that the directory is being created, so that the remains of a killed start are not
 * mistaken for foreign files.
 */
final class DirectoryLock implements AutoCloseable {

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    static DirectoryLock of(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolveSibling(directory.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new DatabaseRefusedException("The database directory " + directory
                    + " is in use by another Registrar: stop that one, or set another `dataDirectory`.");
        }
        return new DirectoryLock(channel);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    boolean isBeingMade() throws IOException {
        return channel.size() > 0;
    }

    void beingMade(boolean beingMade) throws IOException {
        if (beingMade) {
            channel.write(ByteBuffer.wrap("being made\n".getBytes(StandardCharsets.US_ASCII)), 0);
        } else {
            channel.truncate(0);
        }
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
