package dev.registrar.temporal;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.blackbird.BlackbirdModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import com.google.common.base.Throwables;
import dev.registrar.model.NewerVersionException;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import io.temporal.payload.codec.PayloadCodec;
import java.lang.reflect.Type;
import java.util.List;

/**
 * How workflow and activity arguments and results become JSON. Recorded histories are read again for as long as they
 * are kept, so nothing here may change the meaning of an old payload.
 *
 * <ul>
 * <li>Equal values give equal bytes: components in their order, maps by key. A record is its components: a method like
 * {@code isZero()} adds nothing.
 * <li>Instants and durations as ISO-8601 text; numbers with a fraction are read as {@code BigDecimal}, scale kept.
 * <li>A null component is written as null; an absent one is read as null.
 * <li>An unknown component is ignored while it is null: a newer version has it and does not use it yet. With a value, and
 * likewise an unknown constant, it is refused with a {@link NewerPayloadException}: the workflow task or the activity fails and
 * is left to a newer worker, so that nothing a newer version asked for is dropped silently.
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
                .addHandler(new UnusedYet())
                .build();
    }

    /**
     * The SDK's converter with this JSON in it.
     *
     * @param codecs go around it, messages and stack traces of failures included
     */
    public static DataConverter dataConverter(List<PayloadCodec> codecs) {
        DataConverter json = DefaultDataConverter.newDefaultInstance()
                .withPayloadConverterOverrides(new RefusingConverter(mapper()));
        return codecs.isEmpty() ? json : new CodecDataConverter(json, codecs, true);
    }

    /** Accepts an unknown component that is null. */
    private static final class UnusedYet extends DeserializationProblemHandler {

        @Override
        public boolean handleUnknownProperty(
                DeserializationContext context,
                JsonParser parser,
                JsonDeserializer<?> deserializer,
                Object beanOrClass,
                String name) {
            return parser.currentToken() == JsonToken.VALUE_NULL;
        }
    }

    /** Refuses without quoting: the failure of a task is kept in the history and in the log. */
    private static final class RefusingConverter extends JacksonJsonPayloadConverter {

        RefusingConverter(JsonMapper mapper) {
            super(mapper);
        }

        @Override
        public <T> T fromData(Payload content, Class<T> type, Type generic) {
            try {
                return super.fromData(content, type, generic);
            } catch (DataConverterException e) {
                throw NewerVersionException.in(e, type)
                        .<DataConverterException>map(newer -> new NewerPayloadException(newer))
                        .orElseGet(() -> new DataConverterException("a payload is no " + type.getSimpleName() + " ("
                                + Throwables.getRootCause(e).getClass().getName() + ")"));
            }
        }
    }
}
