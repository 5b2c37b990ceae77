package dev.registrar.temporal;

import com.google.common.collect.MapMaker;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.failure.v1.Failure;
import io.temporal.common.converter.DataConverter;
import io.temporal.payload.context.SerializationContext;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a payload that this process has just written, or read before, without decrypting and parsing it: arguments and results
 * of local activities never leave the process, and a workflow's input is read by its constructor and its method. Only for
 * records, which are immutable and equal to what their JSON reads as. A payload is known by its identity, and forgotten
 * with it. Thread-safe.
 */
final class SharedValues implements DataConverter {

    private final DataConverter converter;
    private final Map<Payload, Object> values;

    SharedValues(DataConverter converter) {
        // Weak keys are compared by identity: to hash a payload would take as long as to read it.
        this(converter, new MapMaker().weakKeys().makeMap());
    }

    private SharedValues(DataConverter converter, Map<Payload, Object> values) {
        this.converter = converter;
        this.values = values;
    }

    @Override
    public <T> Optional<Payload> toPayload(T value) {
        Optional<Payload> payload = converter.toPayload(value);
        payload.ifPresent(written -> remember(written, value));
        return payload;
    }

    @Override
    public Optional<Payloads> toPayloads(Object... written) {
        Optional<Payloads> payloads = converter.toPayloads(written);
        payloads.ifPresent(all -> {
            for (int i = 0; i < written.length; i++) {
                remember(all.getPayloads(i), written[i]);
            }
        });
        return payloads;
    }

    private void remember(Payload payload, @Nullable Object value) {
        if (value instanceof Record) {
            values.put(payload, value);
        }
    }

    @Override
    public <T> T fromPayload(Payload payload, Class<T> type, Type generic) {
        Object known = values.get(payload);
        if (known != null && known.getClass() == type) {
            return type.cast(known);
        }
        T value = converter.fromPayload(payload, type, generic);
        remember(payload, value);
        return value;
    }

    @Override
    public <T> T fromPayloads(int index, Optional<Payloads> content, Class<T> type, Type generic) {
        if (content.isPresent() && index < content.get().getPayloadsCount()) {
            return fromPayload(content.get().getPayloads(index), type, generic);
        }
        return converter.fromPayloads(index, content, type, generic);
    }

    @Override
    public RuntimeException failureToException(Failure failure) {
        return converter.failureToException(failure);
    }

    @Override
    public Failure exceptionToFailure(Throwable exception) {
        return converter.exceptionToFailure(exception);
    }

    @Override
    public DataConverter withContext(SerializationContext context) {
        return new SharedValues(converter.withContext(context), values);
    }
}
