package dev.registrar.payment;

import dev.registrar.model.CallLimit;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.outbound.CallContract;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.payment.PaymentService.ChargeReference;

/** The error classes of a lookup. */
class HttpPaymentGatewayFindTest extends CallContract {

    @Override
    protected Step service() {
        return Step.PAYMENT;
    }

    @Override
    protected boolean changes() {
        return false;
    }

    @Override
    protected void call(ServiceClient client, CallLimit limit) {
        new HttpPaymentGateway(client, HttpPaymentGatewayTest.GUARANTEES)
                .find(RegistrationId.random(), ChargeReference.UNKNOWN);
    }
}
