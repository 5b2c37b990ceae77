package dev.registrar.store;

import io.temporal.activity.Activity;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * The transactions of activities that are called local first. A local attempt whose time is over is rolled back instead
 * of committed: its durable repetition may have begun, and its writes must not follow the repetition's. If it is
 * already committing, it still holds the registration's lock, for which the repetition waits. Thread-safe.
 */
final class AttemptTransactions {

    /** Less than the start-to-close of a local attempt, after which the repetition begins. */
    private static final long LOCAL_LIMIT = Duration.ofSeconds(2).toNanos();

    /** A local attempt has 2 s, including the wait for a connection (1 s). */
    private static final int LOCAL_SECONDS = 1;

    private final Jdbi jdbi;
    private final BooleanSupplier local;
    private final LongSupplier nanos;

    AttemptTransactions(Jdbi jdbi) {
        this(jdbi, () -> Activity.getExecutionContext().getInfo().isLocal(), System::nanoTime);
    }

    /**
     * @param local whether the calling activity is a local attempt
     * @param nanos as {@link System#nanoTime} counts them
     */
    AttemptTransactions(Jdbi jdbi, BooleanSupplier local, LongSupplier nanos) {
        this.jdbi = jdbi;
        this.local = local;
        this.nanos = nanos;
    }

    /** The statements of one activity, each of a local attempt with little time; not a transaction by itself. */
    <T> T statements(HandleCallback<T, RuntimeException> work) {
        boolean limited = local.getAsBoolean();
        return jdbi.withHandle(handle -> {
            if (limited) {
                handle.getConfig(SqlStatements.class).setQueryTimeout(LOCAL_SECONDS);
            }
            return work.withHandle(handle);
        });
    }

    /**
     * @param work locks the registration in its first statement
     * @throws IllegalStateException if the time of a local attempt was over before it could commit; nothing is written
     */
    <T> T inTransaction(HandleCallback<T, RuntimeException> work) {
        boolean limited = local.getAsBoolean();
        long begun = nanos.getAsLong();
        return statements(handle -> handle.inTransaction(inside -> {
            T result = work.withHandle(inside);
            if (limited && nanos.getAsLong() - begun > LOCAL_LIMIT) {
                throw new IllegalStateException("the time of this local attempt is over");
            }
            return result;
        }));
    }
}
