package dev.registrar.model;

/**
 * Turns values into the bytes of a database column and back. The place names the column and row of the bytes: encrypted
 * bytes only open there. Implementations are thread-safe.
 */
public interface DataCodec {

    /** @param place for example {@code registration:0f8e…}; must never change for stored data */
    SealedData seal(Object value, String place);

    /**
     * Reads what any codec of this registry ever wrote for this place; otherwise throws an {@link
     * IllegalStateException}.
     *
     * @throws NewerVersionException if a newer version wrote something into it that this one does not know
     */
    <T> T open(SealedData data, Class<T> type, String place);
}
