package dev.registrar.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The JSON wire format: amounts as exact decimal numbers, fields in a fixed order, so that equal arguments yield
 * byte-identical bodies. Unknown fields of a reply are ignored; a reply with a duplicate field, a string for a number,
 * or trailing data is refused.
 */
public final class WireFormat {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private static final ObjectWriter WRITER = MAPPER.writer();

    private WireFormat() {}

    /** A reusable reader. */
    public static <T> BodyReader<T> reader(Class<T> type) {
        return new BodyReader<>(MAPPER.readerFor(type));
    }

    /** The same for a type with parameters. */
    public static <T> BodyReader<T> reader(TypeReference<T> type) {
        return new BodyReader<>(MAPPER.readerFor(type));
    }

    /** The encoded body. */
    public static byte[] write(Object body) {
        try {
            return WRITER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            // No cause: its message may quote the value.
            throw new IllegalArgumentException("a " + body.getClass().getSimpleName() + " that has no JSON form");
        }
    }

    /** Reads bodies as values of one type. Immutable. */
    public static final class BodyReader<T> {

        private final ObjectReader reader;

        private BodyReader(ObjectReader reader) {
            this.reader = reader;
        }

        T read(byte[] body) throws UnreadableReplyException {
            try {
                @Nullable T value = reader.readValue(body);
                if (value == null) {
                    throw new UnreadableReplyException("the body is null");
                }
                return value;
            } catch (IOException e) {
                // No cause: a parser's message quotes the body.
                throw new UnreadableReplyException("the body is not the JSON expected");
            }
        }
    }
}
