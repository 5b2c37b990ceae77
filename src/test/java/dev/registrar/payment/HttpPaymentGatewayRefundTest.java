package dev.registrar.payment;

import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.outbound.CallContract;
import dev.registrar.outbound.ServiceClient;

/** The error classes of a refund. */
class HttpPaymentGatewayRefundTest extends CallContract {

    @Override
    protected Step service() {
        return Step.PAYMENT;
    }

    @Override
    protected boolean changes() {
        return true;
    }

    @Override
    protected void call(ServiceClient client, CallLimit limit) {
        RegistrationId id = RegistrationId.random();
        new HttpPaymentGateway(client, HttpPaymentGatewayTest.GUARANTEES)
                .refund(id, "tx_1", IdempotencyKey.refund(id), Money.of("1", "USD"));
    }
}
