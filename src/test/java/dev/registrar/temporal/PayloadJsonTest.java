package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.base.Throwables;
import com.google.protobuf.ByteString;
import dev.registrar.model.Money;
import dev.registrar.model.Secret;
import dev.registrar.payment.PaymentService.PaymentStatus;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PayloadJsonTest {

    private static final String EVERYTHING =
            "{\"amount\":1.50,\"at\":\"2026-11-23T06:26:00.123456789Z\",\"pause\":\"PT1M0.5S\","
                    + "\"note\":null,\"price\":{\"amount\":\"49.90\",\"currency\":\"USD\"},\"parts\":[\"a\",\"b\"],"
                    + "\"map\":{\"a\":2.50,\"b\":null,\"c\":true},\"reason\":\"why\"}";

    record Everything(
            BigDecimal amount,
            Instant at,
            Duration pause,
            @Nullable String note,
            Money price,
            List<String> parts,
            Map<String, @Nullable Object> map,
            Optional<String> reason) {}

    private final DataConverter converter = PayloadJson.dataConverter(List.of());

    @Test
    void recordComesBackAsItWas() {
        Everything value = everything();

        Payload payload = converter.toPayload(value).orElseThrow();

        assertThat(payload.getData().toStringUtf8()).isEqualTo(EVERYTHING);
        assertThat(converter.fromPayload(payload, Everything.class, Everything.class))
                .isEqualTo(value);
    }

    @Test
    void scaleOfADecimalSurvivesAlsoInAMap() {
        Everything read = read(EVERYTHING);

        assertThat(read.amount()).isEqualTo(new BigDecimal("1.50"));
        assertThat(read.map().get("a")).isEqualTo(new BigDecimal("2.50"));
        assertThat(read(EVERYTHING.replace("1.50", "1E+30")).amount()).isEqualTo(new BigDecimal("1E+30"));
    }

    @Test
    void absentComponentIsNullAndOneThatIsNotUsedYetIsIgnored() {
        Everything read = read(EVERYTHING.replace("\"note\":null", "\"addedLater\":null"));

        assertThat(read).isEqualTo(everything());
    }

    @Test
    void unknownComponentWithAValueIsRefusedAlsoFarInsideAndTheValueIsNotQuoted() {
        String added = EVERYTHING.replace("\"note\":null", "\"addedLater\":{\"x\":\"s3cret\"}");
        String inside = EVERYTHING.replace("\"currency\":\"USD\"", "\"currency\":\"USD\",\"rate\":\"s3cret\"");

        assertThat(refusal(added)).hasMessageContaining("Everything").hasMessageContaining("component addedLater");
        assertThat(refusal(inside)).hasMessageContaining("component price.rate");
    }

    @Test
    void unknownConstantIsRefused() {
        record Found(PaymentStatus status) {}

        assertThat(refusal("{\"status\":\"LENT\"}", Found.class)).hasMessageContaining("constant of status");
    }

    @Test
    void damagedPayloadIsRefusedWithoutQuotingIt() {
        assertThatThrownBy(() -> read(EVERYTHING.replace("\"49.90\"", "\"s3cret\"")))
                .isInstanceOf(DataConverterException.class)
                .hasStackTraceContaining("Everything")
                .satisfies(e -> assertThat(Throwables.getStackTraceAsString(e)).doesNotContain("s3cret"));
    }

    @Test
    void treeKeepsTheScaleOfADecimal() throws Exception {
        JsonMapper mapper = PayloadJson.mapper();

        assertThat(mapper.writeValueAsString(mapper.readTree("{\"a\":49.90}"))).isEqualTo("{\"a\":49.90}");
    }

    @Test
    void secretIsRefused() {
        assertThatThrownBy(() -> converter.toPayload(new Secret("s3cret")))
                .isInstanceOf(DataConverterException.class)
                .hasMessageNotContaining("s3cret");
    }

    private static Throwable refusal(String json) {
        return refusal(json, Everything.class);
    }

    /** The refusal of client and worker. */
    private static Throwable refusal(String json, Class<?> type) {
        Throwable refusal = catchThrowable(
                () -> new SharedValues(PayloadJson.dataConverter(List.of())).fromPayload(payload(json), type, type));
        assertThat(refusal).isInstanceOf(NewerPayloadException.class);
        assertThat(Throwables.getStackTraceAsString(refusal)).doesNotContain("s3cret");
        return refusal;
    }

    private Everything read(String json) {
        return converter.fromPayload(payload(json), Everything.class, Everything.class);
    }

    private static Payload payload(String json) {
        return Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
                .setData(ByteString.copyFromUtf8(json))
                .build();
    }

    private static Everything everything() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("c", true);
        map.put("b", null);
        map.put("a", new BigDecimal("2.50"));
        return new Everything(
                new BigDecimal("1.50"),
                Instant.parse("2026-11-23T06:26:00.123456789Z"),
                Duration.ofMillis(60_500),
                null,
                Money.of("49.9", "USD"),
                List.of("a", "b"),
                map,
                Optional.of("why"));
    }
}
