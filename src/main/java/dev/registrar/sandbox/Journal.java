package dev.registrar.sandbox;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The append-only file of the sandbox, one JSON line a request. {@link #append} puts a line in order; {@link #flush} hands
 * all lines appended so far to the operating system, many threads' lines in one write. No fsync: the file is to outlive
 * the process, not the machine. Thread-safe.
 */
final class Journal implements AutoCloseable {

    private static final byte[] ANSWER = {',', '"', 'a', 'n', 's', 'w', 'e', 'r', '"', ':'};

    private final Path path;
    /** Not a channel: an interrupt of a thread that writes must not close the file. */
    private final RandomAccessFile file;

    private final FileOutputStream out;
    private final FileLock lock;
    private final ReentrantLock writing = new ReentrantLock();
    private final Object appending = new Object();

    private ByteArrayOutputStream buffer = new ByteArrayOutputStream(8_192);
    private ByteArrayOutputStream spare = new ByteArrayOutputStream(8_192);
    private long appended;
    private volatile long flushed;
    private volatile boolean broken;

    private Journal(Path path, RandomAccessFile file, FileLock lock) throws IOException {
        this.path = path;
        this.file = file;
        this.out = new FileOutputStream(file.getFD());
        this.lock = lock;
    }

    /** Opens or creates the file. A second sandbox on the same directory is an {@link IllegalStateException}. */
    static Journal open(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path path = directory.resolve("journal.jsonl");
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            FileLock lock = file.getChannel().tryLock();
            if (lock != null) {
                return new Journal(path, file, lock);
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process: the same sentence as for another one.
        }
        file.close();
        throw new IllegalStateException(
                "another sandbox uses " + directory + ": stop it, or give this one another" + " dataDirectory");
    }

    /**
     * Hands every complete line to the visitor and cuts off a torn last one. To be called once, before anything is
     * appended.
     */
    void recover(Visitor visitor) throws IOException {
        long end = 0;
        long number = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
            LineBuffer line = new LineBuffer();
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next != '\n') {
                    line.write(next);
                    continue;
                }
                number++;
                end += line.size() + 1L;
                visit(visitor, line, number, end);
                line.reset();
            }
        }
        file.setLength(end);
        file.seek(end);
        appended = end;
        flushed = end;
    }

    /** Appends a line; returns the position of the answer's body in the file. Nothing is written yet. */
    long append(JournalLine line, byte[] answer) {
        byte[] head = JsonCodec.writeLine(line);
        synchronized (appending) {
            int before = buffer.size();
            buffer.write(head, 0, head.length - 1);
            if (answer.length > 0) {
                buffer.writeBytes(ANSWER);
                buffer.writeBytes(answer);
            }
            buffer.write('}');
            buffer.write('\n');
            appended += buffer.size() - before;
            return appended - 2 - answer.length;
        }
    }

    /** Returns when everything appended before the call is with the operating system. */
    void flush() {
        long wanted;
        synchronized (appending) {
            wanted = appended;
        }
        if (flushed >= wanted) {
            return;
        }
        writing.lock();
        try {
            if (flushed < wanted) {
                writeBuffer();
            }
        } catch (IOException e) {
            broken = true;
            throw new UncheckedIOException("cannot write " + path, e);
        } finally {
            writing.unlock();
        }
    }

    /** The bytes at this position, which must have been flushed. */
    byte[] read(long offset, int length) {
        byte[] bytes = new byte[length];
        writing.lock();
        try {
            file.seek(offset);
            file.readFully(bytes);
            file.seek(flushed);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        } finally {
            writing.unlock();
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        flush();
        writing.lock();
        try {
            lock.release();
            file.close();
        } finally {
            writing.unlock();
        }
    }

    private void writeBuffer() throws IOException {
        if (broken) {
            throw new IOException("an earlier write failed");
        }
        ByteArrayOutputStream full;
        long end;
        synchronized (appending) {
            full = buffer;
            buffer = spare;
            end = appended;
        }
        full.writeTo(out);
        full.reset();
        spare = full;
        flushed = end;
    }

    private void visit(Visitor visitor, LineBuffer line, long number, long end) {
        try {
            JournalLine read = JsonCodec.readLine(line.bytes(), line.size());
            int length = read.stored() == null ? 0 : read.stored().length();
            visitor.line(read, end - 2 - length);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    path + ", line " + number + " is not readable: mend it, or move the file away", e);
        }
    }

    /** Receives the lines of the file in order. */
    interface Visitor {

        /** @param answerOffset where the body of the stored answer begins */
        void line(JournalLine line, long answerOffset);
    }

    /** Gives its bytes without a copy. */
    private static final class LineBuffer extends ByteArrayOutputStream {

        byte[] bytes() {
            return buf;
        }
    }
}
