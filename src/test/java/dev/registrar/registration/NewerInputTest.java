package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.Release;
import dev.registrar.registration.RegistrationInputFactory.Row;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RequestData;
import dev.registrar.temporal.PayloadJson;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.failure.v1.Failure;
import io.temporal.api.history.v1.HistoryEvent;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that a newer version started with something that this one does not know. */
class NewerInputTest {

    private static final JsonMapper JSON = PayloadJson.mapper();

    @RegisterExtension
    final WorkflowRig rig = new WorkflowRig();

    private final World world = new World();

    private static ObjectNode input(World world) {
        return JSON.valueToTree(Inputs.of(world));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/request/payment", "/policies/payment"})
    void runWithAnUnknownComponentIsRefusedTaskByTaskAndMakesNoCall(String place) {
        ObjectNode input = input(world);
        JsonNode parent = place.equals("/") ? input : input.at(place);
        ((ObjectNode) parent).put("installments", "s3cret");

        assertRefused(input, "installments");
    }

    @Test
    void runWithFeaturesOfALaterReleaseIsRefused() {
        assertRefused(input(world).put("features", "9.0.0"), "9.0.0");
    }

    @Test
    void everyRunIsStartedWithTheConfiguredFeatures() {
        Release older = Release.of("0.1.0");
        RequestData request = new RequestData(world.profile(), world.payment());
        RegistrationInputFactory inputs = EngineRig.inputs(older);

        assertThat(inputs.first(world.id(), request, Instant.EPOCH, List.of()).features())
                .isEqualTo(older);
        assertThat(inputs.input(new Row(
                                world.id(),
                                2,
                                world.user(),
                                World.PRICE,
                                request,
                                Instant.EPOCH,
                                null,
                                List.of(),
                                ProviderNames.UNKNOWN))
                        .features())
                .isEqualTo(older);
    }

    @Test
    void componentThatIsNotUsedYetChangesNothing() {
        ObjectNode input = input(world);
        input.putNull("installments");

        assertThat(rig.startWith(world, input).end()).isEqualTo(RegistrationStatus.COMPLETED);
    }

    private void assertRefused(ObjectNode input, String reason) {
        Run run = rig.startWith(world, input);
        run.awaitEvent(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED);

        List<HistoryEvent> events = run.events();
        Failure failure = events.stream()
                .filter(HistoryEvent::hasWorkflowTaskFailedEventAttributes)
                .map(event -> event.getWorkflowTaskFailedEventAttributes().getFailure())
                .findFirst()
                .orElseThrow();
        assertThat(failure.toString())
                .contains("NewerPayloadException")
                .contains(reason)
                .doesNotContain("s3cret");
        assertThat(events)
                .extracting(HistoryEvent::getEventType)
                .as("it is neither ended nor continued")
                .containsOnly(
                        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
                        EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
                        EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
                        EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED);
        assertThat(world.calls()).isEmpty();
    }
}
