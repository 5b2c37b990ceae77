package dev.registrar.temporal;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.MapMaker;
import com.google.protobuf.ByteString;
import dev.registrar.model.OfRegistration;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.failure.v1.Failure;
import io.temporal.common.converter.DataConverter;
import io.temporal.payload.context.ActivitySerializationContext;
import io.temporal.payload.context.SerializationContext;
import io.temporal.payload.context.WorkflowSerializationContext;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a payload that this process has just written, or read before, without decrypting and parsing it: results of local
 * activities never leave the process, and a workflow's input is read by its constructor and its method. Only for records, which
 * are immutable and equal to what their JSON reads as. A payload is known by its identity, and forgotten with it.
 *
 * <p>Arguments of local activities are not written at all, since markers leave them out. The input of a workflow comes back
 * from the server in the first task and is recognised by its content for {@link #FIRST_TASK}; encrypted content is never
 * equal by chance. Thread-safe.
 */
final class SharedValues implements DataConverter {

    /** How long the first task of a workflow started here is expected. */
    private static final Duration FIRST_TASK = Duration.ofSeconds(10);

    private static final int MOST_STARTED = 1_000;

    /** Is never read: without the value it is refused as an unknown encoding. */
    private static final Payload NOT_WRITTEN = Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8("registrar/not-written"))
            .build();

    private final DataConverter converter;
    private final Map<Payload, Object> values;
    private final Cache<Payload, Object> started;
    private final @Nullable SerializationContext context;

    SharedValues(DataConverter converter) {
        this(
                converter,
                // Weak keys are compared by identity.
                new MapMaker().weakKeys().makeMap(),
                CacheBuilder.newBuilder()
                        .maximumSize(MOST_STARTED)
                        .expireAfterWrite(FIRST_TASK)
                        .build(),
                null);
    }

    private SharedValues(
            DataConverter converter,
            Map<Payload, Object> values,
            Cache<Payload, Object> started,
            @Nullable SerializationContext context) {
        this.converter = converter;
        this.values = values;
        this.started = started;
        this.context = context;
    }

    @Override
    public <T> Optional<Payload> toPayload(T value) {
        Optional<Payload> payload = converter.toPayload(value);
        payload.ifPresent(written -> remember(written, value));
        return payload;
    }

    @Override
    public Optional<Payloads> toPayloads(Object @Nullable ... written) {
        if (written == null) {
            // A query or a signal without arguments.
            return converter.toPayloads();
        }
        if (written.length == 1 && isArgumentOfLocalActivity(written[0])) {
            Payload unwritten = NOT_WRITTEN.toBuilder().build();
            remember(unwritten, written[0]);
            return Optional.of(Payloads.newBuilder().addPayloads(unwritten).build());
        }
        Optional<Payloads> payloads = converter.toPayloads(written);
        payloads.ifPresent(all -> {
            for (int i = 0; i < written.length; i++) {
                remember(all.getPayloads(i), written[i]);
            }
        });
        return payloads;
    }

    private boolean isArgumentOfLocalActivity(@Nullable Object value) {
        return value instanceof OfRegistration
                && value instanceof Record
                && context instanceof ActivitySerializationContext activity
                && activity.isLocal();
    }

    private void remember(Payload payload, @Nullable Object value) {
        if (value instanceof Record) {
            values.put(payload, value);
            if (context instanceof WorkflowSerializationContext) {
                started.put(payload, value);
            }
        }
    }

    private @Nullable Object known(Payload payload) {
        Object known = values.get(payload);
        return known == null && context instanceof WorkflowSerializationContext
                ? started.asMap().remove(payload)
                : known;
    }

    @Override
    public <T> T fromPayload(Payload payload, Class<T> type, Type generic) {
        Object known = known(payload);
        T value = known != null && known.getClass() == type
                ? type.cast(known)
                : converter.fromPayload(payload, type, generic);
        if (value instanceof Record) {
            values.put(payload, value);
        }
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
        return new SharedValues(converter.withContext(context), values, started, context);
    }
}
