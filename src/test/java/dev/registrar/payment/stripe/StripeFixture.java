package dev.registrar.payment.stripe;

import dev.registrar.model.CallLimit;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.payment.GatewayPaymentService;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.VoidPayment;
import dev.registrar.payment.PaymentService.VoidResult;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;

/** The adapter as the service builds it, connected to a {@link StripeServer}, for one registration. */
final class StripeFixture implements AutoCloseable {

    static final Money PRICE = Money.of("49.90", "USD");

    final RegistrationId id = RegistrationId.random();
    final StripeServer stripe;
    final OutboundFixture outbound = new OutboundFixture();
    final StripePaymentGateway gateway;
    final Instant acceptedAt = Instant.now();

    StripeFixture() throws IOException {
        this(Duration.ZERO);
    }

    /** @param age the time since the registration was accepted, by the gateway's clock */
    StripeFixture(Duration age) throws IOException {
        stripe = new StripeServer();
        ServiceClientFactory config = OutboundFixture.config(stripe.url());
        config.setDeadline(io.dropwizard.util.Duration.seconds(20));
        gateway = new StripePaymentGateway(
                outbound.client(Step.PAYMENT, config), Clock.fixed(acceptedAt.plus(age), ZoneOffset.UTC));
    }

    static PaymentRequest paidBy(String method) {
        return new PaymentRequest("u-1", PRICE, method, "Café & more");
    }

    PaymentResult charge() {
        return charge("pm_ok");
    }

    PaymentResult charge(String method) {
        return gateway.charge(id, paidBy(method), CallLimit.FULL);
    }

    /** The intent of a successful charge. */
    String chargedIntent() {
        return Objects.requireNonNull(charge().transactionId());
    }

    /** What a workflow knows after losing the response. */
    ChargeReference lost(String method) {
        return new ChargeReference(paidBy(method), acceptedAt, null);
    }

    /** Voids as the activity does: cancels, proves, reads. */
    VoidResult voided(ChargeReference charge) {
        return new GatewayPaymentService(gateway, Clock.systemUTC())
                .voidPayment(new VoidPayment(id, "u-1", null, charge));
    }

    @Override
    public void close() {
        outbound.close();
        stripe.close();
    }
}
