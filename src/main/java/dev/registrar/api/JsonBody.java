package dev.registrar.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.api.Problem.ProblemException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipException;

/** Reads a request's body as strict JSON: UTF-8, one object, no duplicate fields, bounded. Thread-safe. */
final class JsonBody {

    /** Largest body, after decompression. */
    static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_NESTING = 1_000;
    private static final int MAX_DIGITS = 1_000;
    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8");

    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxNumberLength(MAX_DIGITS)
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /**
     * Refuses a body that is not declared as JSON in UTF-8 ({@code @Consumes} lets wildcard types and other charsets
     * pass), and one whose compression the server did not undo.
     */
    static void requireReadable(HttpHeaders headers) {
        MediaType type = headers.getMediaType();
        boolean json = type != null
                && type.getType().equalsIgnoreCase("application")
                && type.getSubtype().equalsIgnoreCase("json")
                && UTF_8.contains(
                        type.getParameters().getOrDefault("charset", "utf-8").toLowerCase(Locale.ROOT));
        String encoding = headers.getHeaderString(HttpHeaders.CONTENT_ENCODING);
        if (!json || (encoding != null && !encoding.equalsIgnoreCase("identity"))) {
            throw new NotSupportedException();
        }
    }

    /** The object in the body; every refusal is a {@link ProblemException}. */
    ObjectNode read(InputStream body) throws IOException {
        byte[] bytes = bytes(body);
        if (bytes.length > MAX_BYTES) {
            throw new ProblemException(413, "payload_too_large", "The body may have 64 KiB at most.");
        }
        String text = decode(bytes);
        if (text.isBlank()) {
            throw missing();
        }
        JsonNode root;
        try {
            root = mapper.readTree(text);
        } catch (JsonProcessingException | ArithmeticException | NumberFormatException e) {
            // The last two: an exponent out of range.
            throw malformed("The body is not well-formed JSON.");
        }
        if (root.isNull()) {
            throw missing();
        }
        if (!(root instanceof ObjectNode object)) {
            throw malformed("The body is not a JSON object.");
        }
        return object;
    }

    private static byte[] bytes(InputStream body) throws IOException {
        try {
            return body.readNBytes(MAX_BYTES + 1);
        } catch (IOException | RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof ZipException) {
                    throw malformed("The body does not match its Content-Encoding.");
                }
            }
            throw e;
        }
    }

    /** Without a byte order mark, which has no meaning in UTF-8. */
    private static String decode(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw malformed("The body is not UTF-8.");
        }
    }

    private static ProblemException missing() {
        return new ProblemException(400, "body_missing", "The request needs a JSON object as its body.");
    }

    private static ProblemException malformed(String detail) {
        return new ProblemException(400, "malformed_json", detail);
    }
}
