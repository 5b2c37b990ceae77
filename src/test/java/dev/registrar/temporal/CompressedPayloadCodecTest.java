package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodecException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompressedPayloadCodecTest {

    private static final CompressedPayloadCodec CODEC = new CompressedPayloadCodec();

    private static Payload payload(int size) {
        return Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
                .setData(ByteString.copyFromUtf8("ada ".repeat(size / 4)))
                .build();
    }

    @Test
    void largePayloadIsStoredInFewerBytesAndReadAgain() {
        Payload large = payload(CompressedPayloadCodec.SMALLEST);

        Payload encoded = CODEC.encode(List.of(large)).get(0);

        assertThat(encoded.getMetadataOrThrow("encoding").toStringUtf8()).isEqualTo("binary/zlib");
        assertThat(encoded.getSerializedSize()).isLessThan(large.getSerializedSize() / 4);
        assertThat(CODEC.decode(List.of(encoded))).containsExactly(large);
    }

    @Test
    void smallPayloadStaysAsItIs() {
        Payload small = payload(CompressedPayloadCodec.SMALLEST / 2);

        assertThat(CODEC.encode(List.of(small))).containsExactly(small);
        assertThat(CODEC.decode(List.of(small))).containsExactly(small);
    }

    @Test
    void damagedPayloadIsRefused() {
        Payload encoded =
                CODEC.encode(List.of(payload(CompressedPayloadCodec.SMALLEST))).get(0);
        Payload damaged = encoded.toBuilder()
                .setData(encoded.getData().substring(0, encoded.getData().size() / 2))
                .build();

        assertThatThrownBy(() -> CODEC.decode(List.of(damaged))).isInstanceOf(PayloadCodecException.class);
    }
}
