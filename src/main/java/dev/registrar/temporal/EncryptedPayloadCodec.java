package dev.registrar.temporal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.registrar.crypto.SealingCipher;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.codec.PayloadCodecException;
import java.util.List;

/**
 * Encrypts payloads whole, their own metadata included. In clear beside them stand that they are encrypted and the id of the
 * key. What is not encrypted is read as it is: histories from before. Thread-safe.
 */
public final class EncryptedPayloadCodec implements PayloadCodec {

    private static final String ENCODING = "encoding";
    private static final String KEY_ID = "encryption-key-id";
    private static final ByteString ENCRYPTED = ByteString.copyFromUtf8("binary/encrypted");

    /** Of all payloads: Temporal does not tell in every case which workflow one belongs to. */
    private static final String PLACE = "temporal-payload";

    private final SealingCipher cipher;

    public EncryptedPayloadCodec(SealingCipher cipher) {
        this.cipher = cipher;
    }

    @Override
    public List<Payload> encode(List<Payload> payloads) {
        return payloads.stream().map(this::encode).toList();
    }

    private Payload encode(Payload payload) {
        return Payload.newBuilder()
                .putMetadata(ENCODING, ENCRYPTED)
                .putMetadata(KEY_ID, ByteString.copyFromUtf8(cipher.activeKey()))
                .setData(ByteString.copyFrom(cipher.seal(payload.toByteArray(), PLACE)))
                .build();
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
        return payloads.stream().map(this::decode).toList();
    }

    private Payload decode(Payload payload) {
        if (!ENCRYPTED.equals(payload.getMetadataMap().get(ENCODING))) {
            return payload;
        }
        String keyId = payload.getMetadataOrDefault(KEY_ID, ByteString.EMPTY).toStringUtf8();
        try {
            return Payload.parseFrom(cipher.open(keyId, payload.getData().toByteArray(), PLACE));
        } catch (IllegalStateException | InvalidProtocolBufferException e) {
            throw new PayloadCodecException(e);
        }
    }
}
