package dev.registrar.store;

import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;

/**
 * Statements for which PostgreSQL may not choose a sequential scan. At its default costs, made for rotating disks, it would rather
 * read a whole table than the part of an index that has the answer.
 */
public final class IndexScans {

    private IndexScans() {}

    /** Runs the statements in a transaction of their own, or in the thread's current one. */
    public static <R, X extends Exception> R only(Jdbi jdbi, HandleCallback<R, X> statements) throws X {
        return jdbi.inTransaction(handle -> {
            handle.execute("SET LOCAL enable_seqscan = off");
            return statements.withHandle(handle);
        });
    }
}
