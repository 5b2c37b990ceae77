package dev.registrar.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The jsonb columns: records to text and back. Thread-safe. */
public final class JsonColumns {

    private final ObjectMapper mapper;

    public JsonColumns(ObjectMapper mapper) {
        this.mapper = mapper;
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
                    : mapper.readValue(json, mapper.getTypeFactory().constructCollectionType(List.class, element));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored list of " + element.getSimpleName() + " is not readable", e);
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
            return json == null ? null : mapper.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored " + type.getSimpleName() + " is not readable", e);
        }
    }
}
