package dev.registrar.sandbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.registrar.sandbox.Journal.JournalLine;
import dev.registrar.sandbox.Reply.RefusalException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.TreeMap;

/** JSON as the sandbox reads and writes it: numbers are exact decimals, duplicate fields are refused. */
final class JsonCodec {

    /** Beyond any amount or preference; keeps a number such as 1e999999 from being written out in full. */
    private static final int MAX_SCALE = 1_000;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();
    private static final ObjectReader TREES = MAPPER.readerFor(JsonNode.class);
    private static final ObjectReader JOURNAL_LINES =
            MAPPER.readerFor(JournalLine.class).without(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    private static final ObjectWriter WRITER = MAPPER.writer();
    private static final ObjectWriter JOURNAL_WRITER = MAPPER.copy()
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
            .writerFor(JournalLine.class);

    private JsonCodec() {}

    /** Reads a request body; anything but one JSON value throws a {@link RefusalException}. */
    static JsonNode read(byte[] body) {
        try {
            JsonNode node = TREES.readTree(body);
            if (node == null || node.isMissingNode()) {
                throw RefusalException.invalid("a JSON body is required");
            }
            return node;
        } catch (IOException | NumberFormatException | ArithmeticException e) {
            throw RefusalException.invalid("the body is not readable as JSON");
        }
    }

    static JsonNode emptyObject() {
        return MAPPER.createObjectNode();
    }

    static byte[] write(Object value) {
        return write(WRITER, value);
    }

    static byte[] writeLine(JournalLine line) {
        return write(JOURNAL_WRITER, line);
    }

    private static byte[] write(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JournalLine readLine(byte[] line) throws IOException {
        return JOURNAL_LINES.readValue(line);
    }

    /** Writes an array element by element, so that it is never in memory as a whole. */
    static SequenceWriter array(OutputStream out) throws IOException {
        return WRITER.writeValuesAsArray(out);
    }

    /**
     * A short digest that is the same for equivalent bodies: the order of fields, white space and the notation of a
     * number (49.9, 49.90, 4.99e1) do not matter.
     */
    static String fingerprint(String scope, JsonNode body) {
        StringBuilder canonical = new StringBuilder(256);
        appendText(canonical, scope);
        append(canonical, body);
        byte[] digest = sha256(canonical.toString().getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest, 15));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void append(StringBuilder out, JsonNode node) {
        if (node.isObject()) {
            TreeMap<String, JsonNode> sorted = new TreeMap<>();
            node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
            out.append('{');
            sorted.forEach((name, value) -> {
                appendText(out, name);
                append(out, value);
            });
            out.append('}');
        } else if (node.isArray()) {
            out.append('[');
            node.forEach(element -> append(out, element));
            out.append(']');
        } else if (node.isNumber()) {
            appendNumber(out, node.decimalValue());
        } else if (node.isTextual()) {
            appendText(out, node.textValue());
        } else {
            out.append(node.asText()).append(';');
        }
    }

    private static void appendNumber(StringBuilder out, BigDecimal number) {
        if (Math.abs((long) number.scale()) > MAX_SCALE) {
            throw RefusalException.invalid("a number is out of range");
        }
        out.append('n').append(number.stripTrailingZeros()).append(';');
    }

    private static void appendText(StringBuilder out, String text) {
        out.append('s').append(text.length()).append(':').append(text);
    }
}
