package dev.registrar.model;

/** Data as it is stored: the bytes and the id of the {@link DataCodec} that wrote them. */
public final class SealedData {

    private final short codec;
    private final byte[] bytes;

    /** The bytes are not copied: whoever makes one gives them away. */
    public SealedData(short codec, byte[] bytes) {
        this.codec = codec;
        this.bytes = bytes;
    }

    public short codec() {
        return codec;
    }

    /** The stored bytes themselves, to be read only. */
    public byte[] bytes() {
        return bytes;
    }
}
