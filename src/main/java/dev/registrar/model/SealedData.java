package dev.registrar.model;

/** Stored data: the bytes and the id of the {@link DataCodec} that wrote them. */
public final class SealedData {

    private final short codec;
    private final byte[] bytes;

    /** The bytes are not copied: the caller must not change them afterwards. */
    public SealedData(short codec, byte[] bytes) {
        this.codec = codec;
        this.bytes = bytes;
    }

    public short codec() {
        return codec;
    }

    /** The stored bytes, not a copy; must not be changed. */
    public byte[] bytes() {
        return bytes;
    }
}
