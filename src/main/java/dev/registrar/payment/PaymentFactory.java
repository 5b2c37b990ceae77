package dev.registrar.payment;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ProviderFactory;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import java.time.Clock;

/** The configuration section of the payment gateway; without a {@code type} it uses the documented protocol. */
@JsonTypeInfo(
        use = JsonTypeInfo.Id.NAME,
        property = "type",
        visible = true,
        defaultImpl = RegistrarPaymentFactory.class)
public interface PaymentFactory extends ProviderFactory {

    /** The gateway's promises, fixed by its type or configured. */
    PaymentGuarantees guarantees();

    /** Builds the gateway. To be called once. */
    PaymentGateway build(OutboundClients clients, Clock clock);
}
