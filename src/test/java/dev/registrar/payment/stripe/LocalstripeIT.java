package dev.registrar.payment.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Poll;
import dev.registrar.flow.Program;
import dev.registrar.flow.RequiredTool;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.outbound.CredentialFactory;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.payment.GatewayPaymentService;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.VoidPayment;
import dev.registrar.payment.PaymentService.VoidResult;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The adapter against localstripe, which nobody here wrote, behind an {@link IdempotencyProxy} that gives it Stripe's keys. Its
 * own records are the witness.
 */
@Tag("providers")
class LocalstripeIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.LOCALSTRIPE;

    private static final Money PRICE = Money.of("49.90", "USD");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path directory;

    private static Program localstripe;
    private static URI origin;

    private final RegistrationId id = RegistrationId.random();
    private IdempotencyProxy proxy;
    private OutboundFixture outbound;
    private StripePaymentGateway gateway;

    @BeforeAll
    static void startLocalstripe() {
        int port = new FreePorts().next();
        origin = URI.create("http://127.0.0.1:" + port);
        localstripe = Program.start(
                directory,
                "localstripe",
                Map.of(),
                List.of(TOOL.file().toString()),
                List.of("--port", "" + port, "--from-scratch"));
        Poll.until("localstripe listens", java.time.Duration.ofSeconds(60), () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            }
        });
    }

    @AfterAll
    static void stopLocalstripe() {
        if (localstripe != null) {
            localstripe.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        proxy = new IdempotencyProxy(origin);
        outbound = new OutboundFixture();
        ServiceClientFactory config = new ServiceClientFactory(
                proxy.url(),
                Duration.seconds(10),
                null,
                null,
                new CredentialFactory(null, "Bearer ", new Secret("sk_test_12345"), null, null),
                null,
                null,
                null,
                null);
        gateway = new StripePaymentGateway(outbound.client(Step.PAYMENT, config), Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        outbound.close();
        proxy.close();
    }

    private static PaymentRequest paidBy(String method) {
        return new PaymentRequest("u-1", PRICE, method, "Membership");
    }

    private PaymentResult charge(String method) {
        return gateway.charge(id, paidBy(method), CallLimit.FULL);
    }

    private VoidResult voided(String method) {
        ChargeReference lost = new ChargeReference(paidBy(method), Instant.now(), null);
        return new GatewayPaymentService(gateway, Clock.systemUTC())
                .voidPayment(new VoidPayment(id, "u-1", null, lost));
    }

    private static String card(String number) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(origin.resolve("/v1/payment_methods"))
                .header("Authorization", "Bearer sk_test_12345")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "type=card&card[number]=" + number + "&card[exp_month]=12&card[exp_year]=2030&card[cvc]=123"))
                .build();
        String body = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return body.replaceAll("(?s).*\"id\": \"(pm_[^\"]*)\".*", "$1");
    }

    /** What localstripe itself holds for the registration. */
    private String witness() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(origin.resolve("/v1/payment_intents?limit=1000"))
                .header("Authorization", "Bearer sk_test_12345")
                .build();
        String body = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        var found = new java.util.ArrayList<String>();
        for (var intent :
                new com.fasterxml.jackson.databind.ObjectMapper().readTree(body).path("data")) {
            if (intent.path("metadata").path("registration_id").asText().equals(id.toString())) {
                found.add(intent.path("status").asText() + " "
                        + intent.path("amount").asText());
            }
        }
        return String.join(", ", found);
    }

    @Test
    void chargeIsTwoCallsAndOneEffect() throws Exception {
        PaymentResult result = charge("pm_card_visa");
        int healthy = proxy.requests();

        assertThat(result.status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(result.amount()).isEqualTo(PRICE);
        assertThat(healthy).isEqualTo(2);
        assertThat(charge("pm_card_visa")).isEqualTo(result);
        assertThat(witness()).isEqualTo("succeeded 4990");
    }

    @Test
    void declineIsAResultAndLeavesNothingToConfirm() throws Exception {
        PaymentResult result = charge(card("4000000000000341"));

        assertThat(result.status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(result.declineCode()).isEqualTo("card_declined");
        assertThat(witness()).isEqualTo("canceled 4990");
    }

    @Test
    void cardThatHasToBeAuthenticatedIsADecline() throws Exception {
        PaymentResult result = charge(card("4000002500003155"));

        assertThat(result.status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(witness()).isEqualTo("canceled 4990");
    }

    @Test
    void lostAnswerOfTheConfirmationIsDecidedByARead() throws Exception {
        proxy.loseAnswerOf("/confirm");

        assertThat(charge("pm_card_visa").status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(witness()).isEqualTo("succeeded 4990");
    }

    @Test
    void storedErrorIsReplayedAndARepeatedCreationProvesNothingByItself() throws Exception {
        proxy.storeErrorOf("/confirm");
        assertThatThrownBy(() -> charge("pm_card_visa")).isInstanceOf(UnknownOutcomeException.class);
        assertThatThrownBy(() -> charge("pm_card_visa")).isInstanceOf(UnknownOutcomeException.class);

        VoidResult result = voided("pm_card_visa");

        assertThat(result.proved()).isTrue();
        assertThat(result.payments()).extracting(FoundPayment::status).containsExactly(PaymentStatus.CANCELLED);
        assertThat(witness()).isEqualTo("canceled 4990");
    }

    @Test
    void voidedKeyNeverCharges() throws Exception {
        assertThat(voided("pm_card_visa").proved()).isTrue();

        assertThatThrownBy(() -> charge("pm_card_visa")).isInstanceOf(RejectedException.class);
        assertThat(witness()).isEqualTo("canceled 4990");
    }

    @Test
    void refundIsProvedByARead() throws Exception {
        String intent = Objects.requireNonNull(charge("pm_card_visa").transactionId());
        IdempotencyKey key = IdempotencyKey.refund(id);
        proxy.loseAnswerOf("/v1/refunds");
        assertThatThrownBy(() -> gateway.refund(id, intent, key, PRICE)).isInstanceOf(UnknownOutcomeException.class);
        gateway.refund(id, intent, key, PRICE);

        FoundPayment found = gateway.get(id, intent).orElseThrow();

        assertThat(found.remainder().isZero()).isTrue();
        assertThat(found.refunds()).hasSize(1);
        assertThat(found.refund(key)).isPresent();
    }

    @Test
    void chargeIsFoundWithItsIdLost() {
        charge("pm_card_visa");

        ChargeReference erased = new ChargeReference(null, Instant.now(), null);

        assertThat(gateway.find(id, erased)).extracting(FoundPayment::captured).containsExactly(PRICE);
    }
}
