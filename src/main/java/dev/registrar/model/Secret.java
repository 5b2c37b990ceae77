package dev.registrar.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;

/**
 * A value that is never printed: {@link #toString()} is redacted, there is no JSON form, and an unreadable one is not quoted.
 * Has no equality, because secrets must be compared in constant time.
 */
@JsonDeserialize(using = Secret.Reader.class)
@JsonSerialize(using = Secret.Refusal.class)
public final class Secret {

    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    /** The value itself, for the one place that sends it. */
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "[redacted]";
    }

    /** Jackson would write an empty object. */
    static final class Refusal extends StdSerializer<Secret> {

        private static final long serialVersionUID = 1L;

        Refusal() {
            super(Secret.class);
        }

        @Override
        public void serialize(Secret value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            provider.reportBadDefinition(Secret.class, "a secret has no JSON form");
        }
    }

    /** Accepts any scalar as text: otherwise Jackson would quote a secret that looks like a number in its error. */
    static final class Reader extends StdScalarDeserializer<Secret> {

        private static final long serialVersionUID = 1L;

        Reader() {
            super(Secret.class);
        }

        @Override
        public Secret deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.currentToken().isScalarValue()) {
                return context.reportInputMismatch(Secret.class, "a secret must be a string");
            }
            return new Secret(parser.getText());
        }
    }
}
