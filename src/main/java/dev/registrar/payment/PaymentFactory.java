package dev.registrar.payment;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ProviderFactory;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import java.time.Clock;

/** The configuration section of the payment gateway; without a {@code type} it speaks the documented protocol. */
@JsonTypeInfo(
        use = JsonTypeInfo.Id.NAME,
        property = "type",
        visible = true,
        defaultImpl = RegistrarPaymentFactory.class)
public interface PaymentFactory extends ProviderFactory {

    /** What the gateway promises, fixed by its type or given. */
    PaymentGuarantees guarantees();

    /** The gateway; once. */
    PaymentGateway build(OutboundClients clients, Clock clock);
}
