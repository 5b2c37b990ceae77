package dev.registrar.registration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.store.RequestData;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Identifies equal requests, parsed and normalised: 49.9 equals 49.90, and the order of fields does not matter. */
final class BodyHash {

    private final ObjectMapper mapper;

    BodyHash(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** SHA-256 of the canonical form, in hex. */
    String of(RequestData request) {
        try {
            byte[] canonical = mapper.writeValueAsString(canonical(mapper.valueToTree(request)))
                    .getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode canonical(JsonNode node) {
        if (node.isNumber()) {
            BigDecimal value = node.decimalValue();
            return DecimalNode.valueOf(value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros());
        }
        if (!node.isObject()) {
            return node;
        }
        Map<String, JsonNode> sorted = new TreeMap<>();
        node.properties().forEach(field -> sorted.put(field.getKey(), canonical(field.getValue())));
        ObjectNode result = mapper.createObjectNode();
        return result.setAll(sorted);
    }
}
