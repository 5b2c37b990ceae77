package dev.registrar.model;

/**
 * Turns values into the bytes of a database column and back. The place says which column of which row the bytes are for: where
 * they are encrypted, they open at no other. Implementations are thread-safe.
 */
public interface DataCodec {

    /** @param place for example {@code registration:0f8e…}; never changed for what is stored */
    SealedData seal(Object value, String place);

    /** Reads what any codec of this registry ever wrote for this place; else an {@link IllegalStateException}. */
    <T> T open(SealedData data, Class<T> type, String place);
}
