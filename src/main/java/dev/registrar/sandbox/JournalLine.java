package dev.registrar.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * One line of the journal: a request, what it changed and what is kept under its key. The stored answer's body stands last
 * in the line, as it was sent, and is read from there when it is wanted.
 *
 * @param stored set where the answer is kept under the key
 * @param late set where the effect is still to come
 * @param clearedUpTo set where the ledger was cleared: the last sequence number given
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
    record Stored(String fingerprint, int status, @Nullable String etag, int length) {}

    /** @param dueAt milliseconds since the epoch */
    record LateCall(ProviderCall call, long dueAt) {}
}
