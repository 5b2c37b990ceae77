package dev.registrar.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.NewerVersionException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The jsonb columns: records to text and back. Components that a newer version added are ignored where they are only shown.
 * Thread-safe.
 */
public final class JsonColumns {

    private final ObjectMapper mapper;
    private final ObjectMapper shown;

    /** @param mapper refuses unknown components */
    public JsonColumns(ObjectMapper mapper) {
        this.mapper = mapper;
        this.shown = mapper.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    /** JSON text, or null for null. */
    public @Nullable String write(@Nullable Object value) {
        try {
            return value == null ? null : mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
        }
    }

    /** A list of records; empty for null. */
    public <T> List<T> list(@Nullable String json, Class<T> element) {
        try {
            return json == null
                    ? List.of()
                    : shown.readValue(json, shown.getTypeFactory().constructCollectionType(List.class, element));
        } catch (JsonProcessingException e) {
            throw JsonDataCodec.unreadable(element, e);
        }
    }

    /** The columns {@code steps} and {@code errors} of a row. */
    public StepHistory history(ResultSet row) throws SQLException {
        return new StepHistory(
                list(row.getString("steps"), StepReport.class), list(row.getString("errors"), StepError.class));
    }

    /** One record; null for null. */
    public <T> @Nullable T read(@Nullable String json, Class<T> type) {
        try {
            return json == null ? null : shown.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw JsonDataCodec.unreadable(type, e);
        }
    }

    /**
     * One record that something is decided by.
     *
     * @throws NewerVersionException if it has a component that this version does not know
     */
    public <T> T readExactly(String json, Class<T> type) {
        try {
            return mapper.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw JsonDataCodec.unreadable(type, e);
        }
    }
}
