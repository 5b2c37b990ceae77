package dev.registrar.crypto;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.model.DataCodec;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.SealedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * JSON sealed by a {@link SealingCipher}, codec id 2: the length of the key's id in one byte, the id, then the sealed bytes.
 * Also reads plain JSON (codec id 1), written before encryption was enabled.
 */
public final class EncryptedDataCodec implements DataCodec {

    /** Written to the codec column; never used for anything else. */
    public static final short ID = 2;

    private final ObjectMapper mapper;
    private final SealingCipher cipher;
    private final JsonDataCodec plain;

    public EncryptedDataCodec(ObjectMapper mapper, SealingCipher cipher) {
        this.mapper = mapper;
        this.cipher = cipher;
        this.plain = new JsonDataCodec(mapper);
    }

    @Override
    public SealedData seal(Object value, String place) {
        byte[] keyId = cipher.activeKey().getBytes(StandardCharsets.US_ASCII);
        byte[] sealed = cipher.seal(json(value), place);
        return new SealedData(
                ID,
                ByteBuffer.allocate(1 + keyId.length + sealed.length)
                        .put((byte) keyId.length)
                        .put(keyId)
                        .put(sealed)
                        .array());
    }

    private byte[] json(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
        }
    }

    @Override
    public <T> T open(SealedData data, Class<T> type, String place) {
        if (data.codec() != ID) {
            return plain.open(data, type, place);
        }
        ByteBuffer bytes = ByteBuffer.wrap(data.bytes());
        byte[] keyId = new byte[bytes.get()];
        bytes.get(keyId);
        byte[] sealed = new byte[bytes.remaining()];
        bytes.get(sealed);
        try {
            return mapper.readValue(cipher.open(new String(keyId, StandardCharsets.US_ASCII), sealed, place), type);
        } catch (IOException e) {
            throw JsonDataCodec.unreadable(type, e);
        }
    }
}
