package dev.registrar.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.api.Problem.FieldError;
import dev.registrar.model.TextRules;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object without any coercion, and collects the errors; an invalid field is read as null.
 * One object, one thread.
 */
final class ObjectReader {

    private final String path;
    private final ObjectNode object;
    private final List<FieldError> errors;

    /** @param errors receives the errors, in the order of reading */
    ObjectReader(String path, ObjectNode object, List<FieldError> errors) {
        this.path = path;
        this.object = object;
        this.errors = errors;
    }

    ObjectReader only(Set<String> known) {
        if (object.properties().stream().anyMatch(field -> !known.contains(field.getKey()))) {
            error("?", "unknown_field", "Unknown field; known are " + String.join(", ", known) + ".");
        }
        return this;
    }

    /** The object in this field; null, and an error, if there is none. */
    @Nullable
    ObjectReader object(String name) {
        JsonNode value = required(name);
        if (value == null) {
            return null;
        }
        if (value instanceof ObjectNode child) {
            return new ObjectReader(path(name), child, errors);
        }
        error(name, "wrong_type", "Must be an object.");
        return null;
    }

    /** The text in this field, in Unicode NFC; an error if it is missing or blank. */
    @Nullable
    String text(String name) {
        return plain(name, anyText(name));
    }

    /** The text in this field, which may be blank; null without an error if the field is absent or null. */
    @Nullable
    String optionalText(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : plain(name, string(name, value));
    }

    /** The text in this field, with any characters; an error if it is missing or blank. */
    @Nullable
    String anyText(String name) {
        JsonNode value = required(name);
        String text = value == null ? null : string(name, value);
        return checked(name, text, given -> !TextRules.isBlank(given), "required", "The field must not be blank.");
    }

    private @Nullable String string(String name, JsonNode value) {
        if (value.isTextual()) {
            return TextRules.composed(value.textValue());
        }
        error(name, "wrong_type", "Must be a string.");
        return null;
    }

    private @Nullable String plain(String name, @Nullable String text) {
        return checked(name, text, TextRules::isPlain, "invalid_text", TextRules.PLAIN);
    }

    /** The number in this field; an error if it is missing. */
    @Nullable
    BigDecimal number(String name) {
        JsonNode value = required(name);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            error(name, "wrong_type", "Must be a number.");
            return null;
        }
        return value.decimalValue();
    }

    /** The value itself, if it is neither text nor number; null if it is absent or null. */
    @Nullable
    JsonNode raw(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** The value if it satisfies the rule, otherwise null and an error; null stays null. */
    <T> @Nullable T checked(String name, @Nullable T value, Predicate<T> rule, String code, String detail) {
        if (value == null || rule.test(value)) {
            return value;
        }
        error(name, code, detail);
        return null;
    }

    void error(String name, String code, String detail) {
        errors.add(new FieldError(path(name), code, detail));
    }

    private String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private @Nullable JsonNode required(String name) {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            error(name, "required", "The field is missing.");
            return null;
        }
        return value;
    }
}
