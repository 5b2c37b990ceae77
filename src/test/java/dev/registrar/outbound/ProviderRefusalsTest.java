package dev.registrar.outbound;

import static dev.registrar.outbound.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.model.UnknownOutcomeException;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which responses mean that a provider refuses us, and how long that is reported. */
class ProviderRefusalsTest {

    private static final ServiceRequest COLLECTION = ServiceRequest.post(
            "/messages",
            IdempotencyKey.email(RegistrationId.random(), 0),
            "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    private static final ServiceRequest ITEM = ServiceRequest.get("/messages/1").answeredBy(404);

    private ProviderStub provider;
    private OutboundFixture outbound;
    private ServiceClient client;

    @BeforeEach
    void start() throws IOException {
        provider = new ProviderStub();
        outbound = new OutboundFixture();
        client = outbound.client(Step.EMAIL, provider.url());
    }

    @AfterEach
    void stop() {
        outbound.close();
        provider.close();
    }

    private int call(ServiceRequest request) {
        return client.changing("send", "email").call(request, client.deadline(CallLimit.FULL), Reply::status);
    }

    @Test
    void notFoundOnACollectionIsARefusalAndOnAnItemAnAnswer() {
        provider.will(answer(404, "{}"), answer(404, "{}"));

        int item = call(ITEM);
        UnavailableException collection = catchThrowableOfType(UnavailableException.class, () -> call(COLLECTION));

        assertThat(item).isEqualTo(404);
        assertThat(collection.reason()).isEqualTo(Reason.BLOCKED);
        assertThat(outbound.refusedBy()).isEqualTo(Map.of(Step.EMAIL, 404));
    }

    @Test
    void refusalIsReportedUntilACallOfTheServiceSucceeds() {
        provider.will(answer(401, "{}"), answer(503, "{}"), answer(200, "{}"));

        assertThatThrownBy(() -> call(COLLECTION)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> call(COLLECTION)).isInstanceOf(UnknownOutcomeException.class);
        Map<Step, Integer> whileItLasts = outbound.refusedBy();
        call(COLLECTION);

        assertThat(whileItLasts).isEqualTo(Map.of(Step.EMAIL, 401));
        assertThat(outbound.refusedBy()).isEmpty();
    }
}
