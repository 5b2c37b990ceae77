package dev.registrar.temporal;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.blackbird.BlackbirdModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import io.temporal.payload.codec.PayloadCodec;
import java.util.List;

/**
 * How workflow and activity arguments and results become JSON. Recorded histories are read again for as long as they
 * are kept, so nothing here may change the meaning of an old payload.
 *
 * <ul>
 * <li>Equal values give equal bytes: components in their order, maps by key. A record is its components: a method like
 * {@code isZero()} adds nothing.
 * <li>Instants and durations as ISO-8601 text; numbers with a fraction are read as {@code BigDecimal}, scale kept.
 * <li>A null component is written as null; an absent one is read as null. Unknown components are ignored, so that an
 * older worker reads what a newer one wrote.
 * <li>A class without JSON properties (a secret) is refused rather than written as an empty object.
 * </ul>
 */
public final class PayloadJson {

    private PayloadJson() {}

    /** A new mapper, to read or write payloads outside the SDK. */
    public static JsonMapper mapper() {
        return JsonMapper.builder()
                .addModule(new ParameterNamesModule())
                .addModule(new Jdk8Module())
                .addModule(new JavaTimeModule())
                .addModule(new BlackbirdModule())
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }

    /**
     * The SDK's converter with this JSON in it.
     *
     * @param codecs go around it, messages and stack traces of failures included
     */
    static DataConverter dataConverter(List<PayloadCodec> codecs) {
        DataConverter json = DefaultDataConverter.newDefaultInstance()
                .withPayloadConverterOverrides(new JacksonJsonPayloadConverter(mapper()));
        return codecs.isEmpty() ? json : new CodecDataConverter(json, codecs, true);
    }
}
