package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.registrar.crypto.TestKeys;
import dev.registrar.temporal.Greetings.Greeter;
import dev.registrar.temporal.Greetings.Greeting;
import dev.registrar.temporal.Greetings.GreetingWorkflowImpl;
import dev.registrar.temporal.Greetings.QuickGreeter;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowFailedException;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.codec.PayloadCodecException;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptedPayloadCodecTest {

    private static final String NAME = "ada@example.com";
    private static final Payload PAYLOAD = Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
            .setData(ByteString.copyFromUtf8(NAME))
            .build();

    private static PayloadCodec codec(String... keys) {
        return new EncryptedPayloadCodec(TestKeys.cipher(keys));
    }

    private static TemporalRig rig(Greeter greeter, PayloadCodec... codecs) throws InterruptedException {
        return new TemporalRig(TemporalRig.EMBEDDED, greeter, List.of(codecs)).start();
    }

    private static Greeting greeting(boolean local) {
        return local ? Greeting.local(NAME) : Greeting.durable(NAME, Duration.ofSeconds(30));
    }

    /** As visible to anyone with access to Temporal's data. */
    private static String raw(WorkflowExecutionHistory history) {
        StringBuilder raw = new StringBuilder();
        history.getEvents().forEach(event -> raw.append(new String(event.toByteArray(), StandardCharsets.ISO_8859_1)));
        return raw.toString();
    }

    @Test
    void payloadIsReadAgainAndNamesItsKeyOnly() {
        Payload encoded = codec("first").encode(List.of(PAYLOAD)).get(0);

        assertThat(encoded.getMetadataOrThrow("encoding").toStringUtf8()).isEqualTo("binary/encrypted");
        assertThat(encoded.getMetadataOrThrow("encryption-key-id").toStringUtf8())
                .isEqualTo("first");
        assertThat(new String(encoded.toByteArray(), StandardCharsets.ISO_8859_1))
                .doesNotContain(NAME, "json/plain");
        assertThat(codec("second", "first").decode(List.of(encoded))).containsExactly(PAYLOAD);
    }

    @Test
    void payloadInClearTextIsReadAsItIs() {
        assertThat(codec("first").decode(List.of(PAYLOAD))).containsExactly(PAYLOAD);
    }

    @Test
    void payloadOfAKeyThatIsMissingIsRefused() {
        List<Payload> encoded = codec("first").encode(List.of(PAYLOAD));

        assertThatThrownBy(() -> codec("second").decode(encoded)).isInstanceOf(PayloadCodecException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void historyHasNoClearText(boolean local) throws InterruptedException {
        try (TemporalRig rig = rig(new QuickGreeter(), codec("first"))) {
            assertThat(rig.greet("g-1", greeting(local)).getResult(String.class))
                    .isEqualTo("Hello " + NAME);

            assertThat(raw(rig.connection.client().fetchHistory("g-1")))
                    .contains("binary/encrypted")
                    .doesNotContain(NAME);
        }
        try (TemporalRig rig = rig(new QuickGreeter())) {
            rig.greet("g-1", greeting(local)).getResult(String.class);

            assertThat(raw(rig.connection.client().fetchHistory("g-1")))
                    .as("without a codec the search finds it")
                    .contains(NAME);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messagesAndStackTracesOfFailuresAreEncryptedToo(boolean local) throws InterruptedException {
        Greeter failing = name -> {
            throw ApplicationFailure.newNonRetryableFailure("no greeting for " + name, "refused", name);
        };
        try (TemporalRig rig = rig(failing, codec("first"))) {
            assertThatThrownBy(() -> rig.greet("g-1", greeting(local)).getResult(String.class))
                    .isInstanceOf(WorkflowFailedException.class)
                    .hasStackTraceContaining("no greeting for " + NAME);

            assertThat(raw(rig.connection.client().fetchHistory("g-1")))
                    .contains("Encoded failure")
                    .doesNotContain(NAME, "EncryptedPayloadCodecTest.java");
        }
    }

    @Test
    void historyOfTheOldKeyReplaysAfterARotation() throws InterruptedException {
        WorkflowExecutionHistory history;
        try (TemporalRig rig = rig(new QuickGreeter(), codec("first"))) {
            rig.greet("g-1", greeting(true)).getResult(String.class);
            history = rig.connection.client().fetchHistory("g-1");
        }

        assertThatCode(() -> replay(history, codec("second", "first"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> replay(history, codec("second"))).hasStackTraceContaining("`first`");
    }

    private static void replay(WorkflowExecutionHistory history, PayloadCodec codec) throws Exception {
        try (TemporalRig rig = rig(new QuickGreeter(), codec)) {
            Worker worker = WorkerFactory.newInstance(rig.connection.client()).newWorker("replay");
            worker.registerWorkflowImplementationTypes(GreetingWorkflowImpl.class);
            WorkflowReplayer.replayWorkflowExecution(history, worker);
        }
    }

    @Test
    void retentionOfTheEmbeddedServerIsItsProcess() throws InterruptedException {
        try (TemporalRig rig = rig(new QuickGreeter(), codec("first"))) {
            assertThat(rig.connection.retention()).isEmpty();
        }
    }
}
