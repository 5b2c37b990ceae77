package dev.registrar.payment.stripe;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Step;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.payment.PaymentFactory;
import dev.registrar.payment.PaymentGateway;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import java.time.Clock;

/** Stripe: its credential is the secret key, with the prefix {@code "Bearer "}. */
@JsonTypeName("stripe")
public final class StripePaymentFactory extends ServiceClientFactory implements PaymentFactory {

    public StripePaymentFactory() {
        super(StripePaymentGateway.DEFAULT_BASE_URL);
    }

    @Override
    public String type() {
        return "stripe";
    }

    @Override
    protected String scheme() {
        return "Bearer";
    }

    @Override
    public PaymentGuarantees guarantees() {
        return StripePaymentGateway.GUARANTEES;
    }

    @Override
    public PaymentGateway build(OutboundClients clients, Clock clock) {
        return new StripePaymentGateway(clients.client(Step.PAYMENT, this), clock);
    }
}
