package dev.registrar.model;

/** Turns values into the bytes of a database column and back. Implementations are thread-safe. */
public interface DataCodec {

    SealedData seal(Object value);

    /** Reads what any codec of this registry ever wrote; an unknown codec id is an {@link IllegalStateException}. */
    <T> T open(SealedData data, Class<T> type);
}
