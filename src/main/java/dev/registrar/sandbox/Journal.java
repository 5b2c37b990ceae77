package dev.registrar.sandbox;

import dev.registrar.sandbox.RequestLedger.LedgerEntry;
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
import org.jspecify.annotations.Nullable;

/**
 * The append-only file of the sandbox, one JSON line per request. {@link #append} queues a line in order; {@link
 * #flush} hands all lines appended so far to the operating system, lines of many threads in one write. No fsync: the
 * file has to survive the process, not the machine. Thread-safe.
 */
final class Journal implements AutoCloseable {

    private static final byte[] ANSWER = {',', '"', 'a', 'n', 's', 'w', 'e', 'r', '"', ':'};

    private final Path path;
    /** Not a channel, because an interrupt of a writing thread would close it. */
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

    /** Opens or creates the file. A second sandbox on the same directory throws an {@link IllegalStateException}. */
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
            // Held by this process: the same sentence as for another one.
        }
        file.close();
        throw new IllegalStateException(
                "another sandbox uses " + directory + ": stop it, or give this one another" + " dataDirectory");
    }

    /**
     * Passes every complete line to the visitor and truncates an incomplete last one. To be called once, before
     * anything is appended.
     */
    void recover(Visitor visitor) throws IOException {
        long end;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
            end = visitLines(in, visitor);
        }
        file.setLength(end);
        file.seek(end);
        appended = end;
        flushed = end;
    }

    /** Appends a line; returns where the answer's body ends in the file. Nothing is written yet. */
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
            return appended - 2;
        }
    }

    /** Returns when everything appended before the call has been handed to the operating system. */
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

    /** Returns where the last whole line ends. */
    private long visitLines(InputStream in, Visitor visitor) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long at = 0;
        long end = 0;
        long number = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            at++;
            if (next == '\n') {
                visitor.line(parse(line.toByteArray(), ++number), at - 2);
                line.reset();
                end = at;
            } else {
                line.write(next);
            }
        }
        return end;
    }

    private JournalLine parse(byte[] line, long number) {
        try {
            return JsonCodec.readLine(line);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    path + ", line " + number + " is not readable: repair it, or move the file away", e);
        }
    }

    /** Receives the lines of the file in order. */
    interface Visitor {

        /** @param answerEnd where the body of the stored answer ends */
        void line(JournalLine line, long answerEnd);
    }

    /**
     * One line of the journal: a request, what it changed and what is kept under its key. The stored answer's body
     * comes last in the line, as it was sent, and is read from there when needed.
     *
     * @param stored set if the answer is kept under the key
     * @param late set if the effect is still to come
     * @param clearedUpTo set if the ledger was cleared: the last sequence number assigned
     */
    record JournalLine(
            @Nullable LedgerEntry entry,
            Outcome.@Nullable Change change,
            @Nullable Stored stored,
            @Nullable LateCall late,
            @Nullable Long clearedUpTo) {

        static JournalLine cleared(long lastSeq) {
            return new JournalLine(null, null, null, null, lastSeq);
        }

        /** @param length bytes of the body */
        record Stored(
                String fingerprint, int status, @Nullable String etag, int length) {}

        /** @param dueAt milliseconds since the epoch */
        record LateCall(ProviderCall call, long dueAt) {}
    }
}
