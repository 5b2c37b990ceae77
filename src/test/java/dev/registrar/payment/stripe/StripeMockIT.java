package dev.registrar.payment.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.flow.RequiredTool;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import dev.registrar.outbound.CredentialFactory;
import dev.registrar.outbound.FormBody;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.outbound.ServiceRequest;
import dev.registrar.standin.StripeMock;
import io.dropwizard.util.Duration;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every request sent to Stripe, checked by stripe-mock against Stripe's own OpenAPI document, including the pinned
 * version. It keeps no state and declines nothing: effects are tested elsewhere.
 */
@Tag("providers")
class StripeMockIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.STRIPE_MOCK;

    private static final RegistrationId ID = RegistrationId.random();

    @TempDir
    static Path directory;

    private static StripeMock mock;
    private static OutboundFixture outbound;
    private static ServiceClient client;

    @BeforeAll
    static void start() {
        mock = StripeMock.start(directory);
        outbound = new OutboundFixture();
        ServiceClientFactory config = OutboundFixture.config(mock.url());
        config.setDeadline(Duration.seconds(10));
        config.setCredential(new CredentialFactory(null, "Bearer ", new Secret("sk_test_12345"), null, null));
        client = outbound.client(Step.PAYMENT, config).speaking(new StripeErrors());
    }

    @AfterAll
    static void stop() {
        if (outbound != null) {
            outbound.close();
            mock.close();
        }
    }

    static Stream<ServiceRequest> requests() {
        PaymentRequest payment = new PaymentRequest("u-1", Money.of("49.90", "USD"), "pm_card_visa", "Café & more");
        return Stream.of(
                StripeRequests.create(ID, payment),
                StripeRequests.confirm(ID, "pi_1"),
                StripeRequests.cancel("pi_1"),
                StripeRequests.get("pi_1"),
                StripeRequests.list(Instant.EPOCH, Instant.now(), "pi_1"),
                StripeRequests.refund(ID, "pi_1", IdempotencyKey.refund(ID), Money.of("5", "USD")),
                StripeRequests.refunds("pi_1", "re_1"));
    }

    private static int status(ServiceRequest request) {
        return client.changing("request", "payment")
                .call(request, client.deadline(CallLimit.FULL), reply -> reply.status());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void requestIsAsStripesDocumentDescribesIt(ServiceRequest request) {
        assertThat(status(request)).isEqualTo(200);
    }

    @Test
    void everyRequestIsAmongThem() {
        long kinds = Arrays.stream(StripeRequests.class.getDeclaredMethods())
                .filter(method -> method.getReturnType() == ServiceRequest.class)
                .filter(method -> (method.getModifiers() & java.lang.reflect.Modifier.PRIVATE) == 0)
                .count();

        assertThat(requests().count()).isEqualTo(kinds).isPositive();
    }

    @Test
    void aWrongParameterIsRefused() {
        ServiceRequest planted = ServiceRequest.postForm(
                "/v1/refunds",
                IdempotencyKey.refund(ID),
                FormBody.EMPTY.with("payment_intent", "pi_1").with("amout", 500));

        assertThatThrownBy(() -> status(planted)).isInstanceOf(RejectedException.class);
    }

    @Test
    void anotherVersionIsRefused() {
        ServiceRequest planted = StripeRequests.refunds("pi_1", null).withHeader("Stripe-Version", "2019-01-01");

        assertThatThrownBy(() -> status(planted)).isInstanceOf(RejectedException.class);
    }
}
