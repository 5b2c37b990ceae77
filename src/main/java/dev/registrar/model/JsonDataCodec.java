package dev.registrar.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Plain JSON, codec id 1. */
public final class JsonDataCodec implements DataCodec {

    /** Written to the codec column; never used for anything else. */
    public static final short ID = 1;

    private final ObjectMapper mapper;

    public JsonDataCodec(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public SealedData seal(Object value, String place) {
        try {
            return new SealedData(ID, mapper.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
        }
    }

    @Override
    public <T> T open(SealedData data, Class<T> type, String place) {
        if (data.codec() != ID) {
            throw new IllegalStateException("stored with codec " + data.codec() + ", which this start cannot read");
        }
        try {
            return mapper.readValue(data.bytes(), type);
        } catch (IOException e) {
            throw unreadable(type, e);
        }
    }

    /** Why stored data cannot be read: a newer version wrote it, or it is damaged. */
    public static RuntimeException unreadable(Class<?> type, IOException e) {
        return NewerVersionException.in(e, type)
                .<RuntimeException>map(newer -> newer)
                .orElseGet(() -> new IllegalStateException("stored " + type.getSimpleName() + " is not readable", e));
    }
}
