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
import dev.registrar.standin.IdempotencyProxy;
import dev.registrar.standin.Localstripe;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The adapter against localstripe, an independent implementation, behind an {@link IdempotencyProxy} that adds Stripe's
 * keys; verified by localstripe's own records.
 */
@Tag("providers")
class LocalstripeIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.LOCALSTRIPE;

    private static final Money PRICE = Money.of("49.90", "USD");

    @TempDir
    static Path directory;

    private static Localstripe localstripe;

    private final RegistrationId id = RegistrationId.random();
    private IdempotencyProxy proxy;
    private OutboundFixture outbound;
    private StripePaymentGateway gateway;

    @BeforeAll
    static void startLocalstripe() {
        localstripe = Localstripe.start(directory);
    }

    @AfterAll
    static void stopLocalstripe() {
        if (localstripe != null) {
            localstripe.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        proxy = new IdempotencyProxy(localstripe.url());
        outbound = new OutboundFixture();
        ServiceClientFactory config = OutboundFixture.config(proxy.url());
        config.setDeadline(Duration.seconds(10));
        config.setCredential(new CredentialFactory(null, "Bearer ", new Secret(Localstripe.SECRET_KEY), null, null));
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

    /** What localstripe holds for the registration. */
    private String witness() {
        return localstripe.intents().stream()
                .filter(intent -> intent.registrationId().equals(id.toString()))
                .map(intent -> intent.status() + " " + intent.amount())
                .collect(Collectors.joining(", "));
    }

    @Test
    void chargeIsTwoCallsAndOneEffect() {
        PaymentResult result = charge("pm_card_visa");
        int healthy = proxy.requests();

        assertThat(result.status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(result.amount()).isEqualTo(PRICE);
        assertThat(healthy).isEqualTo(2);
        assertThat(charge("pm_card_visa")).isEqualTo(result);
        assertThat(witness()).isEqualTo("succeeded 4990");
    }

    @Test
    void declineIsAResultAndLeavesNothingToConfirm() {
        PaymentResult result = charge(localstripe.paymentMethod("4000000000000341"));

        assertThat(result.status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(result.declineCode()).isEqualTo("card_declined");
        assertThat(witness()).isEqualTo("canceled 4990");
    }

    @Test
    void cardThatHasToBeAuthenticatedIsADecline() {
        PaymentResult result = charge(localstripe.paymentMethod("4000002500003155"));

        assertThat(result.status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(witness()).isEqualTo("canceled 4990");
    }

    @Test
    void lostAnswerOfTheConfirmationIsDecidedByARead() {
        proxy.loseAnswerOf("/confirm");

        assertThat(charge("pm_card_visa").status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(witness()).isEqualTo("succeeded 4990");
    }

    @Test
    void storedErrorIsReplayedAndARepeatedCreationProvesNothingByItself() {
        proxy.storeErrorOf("/confirm");
        assertThatThrownBy(() -> charge("pm_card_visa")).isInstanceOf(UnknownOutcomeException.class);
        assertThatThrownBy(() -> charge("pm_card_visa")).isInstanceOf(UnknownOutcomeException.class);

        VoidResult result = voided("pm_card_visa");

        assertThat(result.proved()).isTrue();
        assertThat(result.payments()).extracting(FoundPayment::status).containsExactly(PaymentStatus.CANCELLED);
        assertThat(witness()).isEqualTo("canceled 4990");
    }

    @Test
    void voidedKeyNeverCharges() {
        assertThat(voided("pm_card_visa").proved()).isTrue();

        assertThatThrownBy(() -> charge("pm_card_visa")).isInstanceOf(RejectedException.class);
        assertThat(witness()).isEqualTo("canceled 4990");
    }

    @Test
    void refundIsProvedByARead() {
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
