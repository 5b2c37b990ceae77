package dev.registrar.payment;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Step;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A gateway behind the documented protocol. */
@JsonTypeName("registrar")
public final class RegistrarPaymentFactory extends ServiceClientFactory implements PaymentFactory {

    @NotNull
    @Valid
    private Promises guarantees = new Promises(null, null, null, null);

    @Override
    public String type() {
        return "registrar";
    }

    @Override
    public PaymentGuarantees guarantees() {
        return guarantees.all();
    }

    @Override
    public PaymentGateway build(OutboundClients clients, Clock clock) {
        return new HttpPaymentGateway(clients.client(Step.PAYMENT, this), guarantees());
    }

    /**
     * @param dedupesFor for how long the same idempotency key has one effect; default 24 h, {@code 0 s}: not at all
     * @param finds whether a payment is found by key or reference; default true
     * @param lag how late a lookup may show a payment; default 0 s
     * @param voids whether a void prevents every later charge under its key; default true
     */
    record Promises(
            @NotNull @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS)
            Duration dedupesFor,

            @NotNull Boolean finds,

            @NotNull @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS)
            Duration lag,

            @NotNull Boolean voids) {

        Promises(
                @Nullable Duration dedupesFor,
                @Nullable Boolean finds,
                @Nullable Duration lag,
                @Nullable Boolean voids) {
            this.dedupesFor = dedupesFor == null ? Duration.hours(24) : dedupesFor;
            this.finds = finds == null ? Boolean.TRUE : finds;
            this.lag = lag == null ? Duration.seconds(0) : lag;
            this.voids = voids == null ? Boolean.TRUE : voids;
        }

        PaymentGuarantees all() {
            return new PaymentGuarantees(dedupesFor.toJavaDuration(), finds, lag.toJavaDuration(), voids);
        }
    }
}
