package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.OfRegistration;
import dev.registrar.model.RegistrationId;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import io.temporal.payload.context.ActivitySerializationContext;
import io.temporal.payload.context.WorkflowSerializationContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedValuesTest {

    record Greeting(String text, int times) {}

    record Task(RegistrationId registrationId, String text) implements OfRegistration {}

    record Wish(String text, int times) {}

    private static final Greeting HELLO = new Greeting("hello", 2);

    private final DataConverter plain = PayloadJson.dataConverter(List.of());
    private final DataConverter shared = new SharedValues(plain);

    @Test
    void payloadOfThisProcessIsReadAsTheValueItself() {
        Payload payload = shared.toPayload(HELLO).orElseThrow();

        assertThat(read(payload, Greeting.class)).isSameAs(HELLO);
    }

    @Test
    void eachArgumentIsReadAsTheValueItself() {
        Wish wish = new Wish("all the best", 1);
        Optional<Payloads> payloads = shared.toPayloads(HELLO, wish);

        assertThat(shared.fromPayloads(0, payloads, Greeting.class, Greeting.class))
                .isSameAs(HELLO);
        assertThat(shared.fromPayloads(1, payloads, Wish.class, Wish.class)).isSameAs(wish);
    }

    @Test
    void payloadFromOutsideIsParsedOnce() {
        Payload payload = plain.toPayload(HELLO).orElseThrow();

        Greeting first = read(payload, Greeting.class);

        assertThat(first).isEqualTo(HELLO).isNotSameAs(HELLO);
        assertThat(read(payload, Greeting.class)).isSameAs(first);
    }

    @Test
    void equalPayloadIsAnotherOne() {
        Payload payload = shared.toPayload(HELLO).orElseThrow();

        Greeting read = read(payload.toBuilder().build(), Greeting.class);

        assertThat(read).isEqualTo(HELLO).isNotSameAs(HELLO);
    }

    @Test
    void anotherTypeIsParsed() {
        Payload payload = shared.toPayload(HELLO).orElseThrow();

        assertThat(read(payload, Wish.class)).isEqualTo(new Wish("hello", HELLO.times()));
    }

    @Test
    void mutableValueIsNotShared() {
        Map<String, Integer> map = new HashMap<>(Map.of("a", 1));
        Payload payload = shared.toPayload(map).orElseThrow();
        map.put("b", 2);

        assertThat((Object) shared.fromPayload(payload, Map.class, Map.class)).isEqualTo(Map.of("a", 1));
    }

    @Test
    void missingArgumentIsAsTheConverterReadsIt() {
        assertThat(shared.fromPayloads(0, Optional.empty(), Greeting.class, Greeting.class))
                .isEqualTo(plain.fromPayloads(0, Optional.empty(), Greeting.class, Greeting.class));
        assertThat(shared.fromPayloads(1, shared.toPayloads(HELLO), Wish.class, Wish.class))
                .isEqualTo(plain.fromPayloads(1, plain.toPayloads(HELLO), Wish.class, Wish.class));
    }

    /** So the SDK calls it for a query or a signal without arguments. */
    @Test
    void noArgumentsAreNoPayloads() {
        assertThat(shared.toPayloads((Object[]) null)).isEmpty();
        assertThat(shared.toPayloads()).isEmpty();
    }

    @Test
    void argumentOfLocalActivityIsNotWritten() {
        DataConverter local = shared.withContext(activity(true));
        Task task = new Task(RegistrationId.random(), "x".repeat(500));

        Optional<Payloads> payloads = local.toPayloads(task);

        assertThat(payloads.orElseThrow().getSerializedSize()).isLessThan(100);
        assertThat((Object) shared.withContext(activity(true)).fromPayloads(0, payloads, Task.class, Task.class))
                .isSameAs(task);
        assertThatThrownBy(() -> plain.fromPayloads(0, payloads, Task.class, Task.class))
                .isInstanceOf(DataConverterException.class);
    }

    @Test
    void argumentOfActivityAndResultOfLocalOneAreWritten() {
        Task task = new Task(RegistrationId.random(), "x");
        Optional<Payloads> argument = shared.withContext(activity(false)).toPayloads(task);
        Optional<Payloads> result = shared.withContext(activity(true)).toPayloads(HELLO);

        assertThat((Object) plain.fromPayloads(0, argument, Task.class, Task.class))
                .isEqualTo(task);
        assertThat((Object) plain.fromPayloads(0, result, Greeting.class, Greeting.class))
                .isEqualTo(HELLO);
    }

    @Test
    void inputIsRecognisedOnceByItsContent() {
        DataConverter ofWorkflow = shared.withContext(new WorkflowSerializationContext("default", "workflow"));
        Payload sent = ofWorkflow.toPayloads(HELLO).orElseThrow().getPayloads(0);
        Payload task = sent.toBuilder().build();
        Payload replay = sent.toBuilder().build();

        assertThat((Object) ofWorkflow.fromPayload(task, Greeting.class, Greeting.class))
                .isSameAs(HELLO);
        assertThat((Object) ofWorkflow.fromPayload(replay, Greeting.class, Greeting.class))
                .isEqualTo(HELLO)
                .isNotSameAs(HELLO);
    }

    private static ActivitySerializationContext activity(boolean local) {
        return new ActivitySerializationContext("default", "workflow", "Workflow", "Activity", "queue", local);
    }

    private <T> T read(Payload payload, Class<T> type) {
        return shared.fromPayload(payload, type, type);
    }
}
