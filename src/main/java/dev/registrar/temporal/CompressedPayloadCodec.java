package dev.registrar.temporal;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.codec.PayloadCodecException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Compresses large payloads (zlib), including their metadata. To be applied before encryption, since encrypted data
 * cannot be compressed. Payloads of earlier histories are read as they are. Thread-safe.
 */
public final class CompressedPayloadCodec implements PayloadCodec {

    /**
     * In bytes; smaller payloads stay as they are. The input of a registration is larger (1.9 kB of JSON), and from about
     * 2 kB on PostgreSQL, under Temporal, moves a value out of its row.
     */
    static final int SMALLEST = 1_500;

    private static final String ENCODING = "encoding";
    private static final ByteString COMPRESSED = ByteString.copyFromUtf8("binary/zlib");

    @Override
    public List<Payload> encode(List<Payload> payloads) {
        return payloads.stream().map(CompressedPayloadCodec::encode).toList();
    }

    private static Payload encode(Payload payload) {
        if (payload.getSerializedSize() < SMALLEST) {
            return payload;
        }
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(payload.getSerializedSize() / 2);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DeflaterOutputStream out = new DeflaterOutputStream(compressed, deflater)) {
            payload.writeTo(out);
        } catch (IOException e) {
            throw new PayloadCodecException(e);
        } finally {
            // Otherwise its memory outside the heap would wait for the collector.
            deflater.end();
        }
        return Payload.newBuilder()
                .putMetadata(ENCODING, COMPRESSED)
                .setData(ByteString.copyFrom(compressed.toByteArray()))
                .build();
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
        return payloads.stream().map(CompressedPayloadCodec::decode).toList();
    }

    private static Payload decode(Payload payload) {
        if (!COMPRESSED.equals(payload.getMetadataMap().get(ENCODING))) {
            return payload;
        }
        try (InflaterInputStream in = new InflaterInputStream(payload.getData().newInput())) {
            return Payload.parseFrom(in);
        } catch (IOException e) {
            throw new PayloadCodecException(e);
        }
    }
}
