package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.common.converter.DataConverter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedValuesTest {

    record Greeting(String text, int times) {}

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

    private <T> T read(Payload payload, Class<T> type) {
        return shared.fromPayload(payload, type, type);
    }
}
