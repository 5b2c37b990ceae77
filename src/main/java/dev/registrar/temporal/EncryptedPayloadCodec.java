package dev.registrar.temporal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.registrar.crypto.SealingCipher;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.codec.PayloadCodecException;
import java.util.List;

/**
 * Encrypts whole payloads, including their metadata. Clear-text metadata marks them as encrypted and contains the key's
 * id. Unencrypted payloads of earlier histories are read as they are. Thread-safe.
 */
public final class EncryptedPayloadCodec implements PayloadCodec {

    private static final String ENCODING = "encoding";
    private static final String KEY_ID = "encryption-key-id";
    private static final ByteString ENCRYPTED = ByteString.copyFromUtf8("binary/encrypted");

    /** The same for all payloads: Temporal does not always provide the workflow to which one belongs. */
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
