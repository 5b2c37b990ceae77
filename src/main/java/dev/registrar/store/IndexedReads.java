package dev.registrar.store;

import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;

/**
 * Reads for which PostgreSQL may not choose a sequential scan. At its default costs, made for rotating disks, it would rather read a
 * whole table than the part of an index that has the answer.
 */
public final class IndexedReads {

    private IndexedReads() {}

    /** Runs the read in a transaction of its own, or in the thread's current one. */
    public static <R, X extends Exception> R read(Jdbi jdbi, HandleCallback<R, X> read) throws X {
        return jdbi.inTransaction(handle -> {
            handle.execute("SET LOCAL enable_seqscan = off");
            return read.withHandle(handle);
        });
    }
}
