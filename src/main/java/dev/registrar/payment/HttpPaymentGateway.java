package dev.registrar.payment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.outbound.ServiceOperation;
import dev.registrar.outbound.ServiceRequest;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentResult;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that speaks the wire protocol of {@code docs/providers.md}. Its breakers are
 * {@code payment-charge|refund|void|find}.
 */
public final class HttpPaymentGateway implements PaymentGateway {

    private static final BodyReader<PaymentReply> PAYMENT = WireFormat.reader(PaymentReply.class);
    private static final BodyReader<PaymentList> PAYMENTS = WireFormat.reader(PaymentList.class);
    private static final BodyReader<RefundReply> REFUND = WireFormat.reader(RefundReply.class);

    private final ServiceClient client;
    private final PaymentGuarantees guarantees;
    private final ServiceOperation charge;
    private final ServiceOperation refund;
    private final ServiceOperation voiding;
    private final ServiceOperation find;

    public HttpPaymentGateway(ServiceClient client, PaymentGuarantees guarantees) {
        this.client = client;
        this.guarantees = guarantees;
        this.charge = client.changing("charge", "payment-charge");
        this.refund = client.changing("refund", "payment-refund");
        this.voiding = client.changing("void", "payment-void");
        this.find = client.reading("find", "payment-find");
    }

    @Override
    public PaymentGuarantees guarantees() {
        return guarantees;
    }

    @Override
    public PaymentResult charge(RegistrationId id, PaymentRequest payment, CallLimit limit) {
        IdempotencyKey key = IdempotencyKey.charge(id);
        ServiceRequest request = ServiceRequest.post("/payments", key, WireFormat.write(Charge.of(id, payment)))
                .answeredBy(402);
        return charge.call(
                request,
                client.deadline(limit),
                reply -> reply.status() == 402
                        ? PaymentResult.declined(null, reply.code(), reply.details(reply.code()))
                        : reply.json(PAYMENT).charged(id, key));
    }

    @Override
    public ChargeReference voidCharge(RegistrationId id, ChargeReference reference) {
        byte[] body = WireFormat.write(new VoidRequest(IdempotencyKey.charge(id).value()));
        voiding.call(ServiceRequest.post("/payments/void", body), client.deadline(CallLimit.FULL), reply -> true);
        return reference;
    }

    @Override
    public boolean isVoided(RegistrationId id, ChargeReference reference) {
        String key = IdempotencyKey.charge(id).value();
        return find.call(list("idempotencyKey", key), client.deadline(CallLimit.FULL), reply -> {
            PaymentList shown = reply.json(PAYMENTS);
            return shown.items() != null && Boolean.TRUE.equals(shown.voided());
        });
    }

    @Override
    public List<FoundPayment> find(RegistrationId id, ChargeReference known) {
        String key = IdempotencyKey.charge(id).value();
        String reference = id.toString();
        Map<String, FoundPayment> held = new LinkedHashMap<>();
        collect(list("idempotencyKey", key), key, item -> key.equals(item.idempotencyKey()), held);
        collect(list("reference", reference), key, item -> reference.equals(item.reference()), held);
        return List.copyOf(held.values());
    }

    private static ServiceRequest list(String name, String value) {
        return ServiceRequest.get("/payments?" + name + "=" + ServiceRequest.encode(value));
    }

    /** Counts only items that name our key or reference, in case the gateway ignores the query. */
    private void collect(
            ServiceRequest request, String key, Predicate<PaymentReply> isOurs, Map<String, FoundPayment> held) {
        List<FoundPayment> ours = find.call(request, client.deadline(CallLimit.FULL), reply -> {
            List<@Nullable PaymentReply> items = reply.json(PAYMENTS).items();
            if (items == null) {
                throw new UnreadableReplyException("no items");
            }
            List<FoundPayment> found = new ArrayList<>();
            for (PaymentReply item : items) {
                if (item != null && isOurs.test(item)) {
                    found.add(item.found(key));
                }
            }
            return found;
        });
        ours.forEach(payment -> held.put(payment.transactionId(), payment));
    }

    @Override
    public Optional<FoundPayment> get(RegistrationId id, String transactionId) {
        ServiceRequest request = ServiceRequest.get("/payments/" + ServiceRequest.encode(transactionId))
                .answeredBy(404);
        return find.call(request, client.deadline(CallLimit.FULL), reply -> {
            if (reply.status() == 404) {
                return Optional.empty();
            }
            PaymentReply shown = reply.json(PAYMENT);
            FoundPayment payment = shown.found(IdempotencyKey.charge(id).value());
            if (!payment.transactionId().equals(transactionId)) {
                throw new UnreadableReplyException("not the transactionId asked for");
            }
            return Optional.of(payment);
        });
    }

    @Override
    public void refund(RegistrationId id, String transactionId, IdempotencyKey key, Money amount) {
        byte[] body = WireFormat.write(new Refund(amount.amount(), amount.currency(), id.toString()));
        ServiceRequest request =
                ServiceRequest.post("/payments/" + ServiceRequest.encode(transactionId) + "/refunds", key, body);
        refund.call(request, client.deadline(CallLimit.FULL), reply -> {
            if (!transactionId.equals(reply.json(REFUND).transactionId())) {
                throw new UnreadableReplyException("not the transactionId asked for");
            }
            return transactionId;
        });
    }

    @JsonPropertyOrder({"userId", "amount", "currency", "paymentMethod", "description", "reference"})
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Charge(
            String userId,
            BigDecimal amount,
            String currency,
            String paymentMethod,
            @Nullable String description,
            String reference) {

        static Charge of(RegistrationId id, PaymentRequest payment) {
            return new Charge(
                    payment.userId(),
                    payment.amount().amount(),
                    payment.amount().currency(),
                    payment.paymentMethod(),
                    payment.description(),
                    id.toString());
        }
    }

    @JsonPropertyOrder({"amount", "currency", "reference"})
    record Refund(BigDecimal amount, String currency, String reference) {}

    record RefundReply(@Nullable String transactionId) {}

    record VoidRequest(String idempotencyKey) {}

    /** @param voided shown by a search by key: nothing can be charged under it any more */
    record PaymentList(
            @Nullable List<@Nullable PaymentReply> items,
            @Nullable Boolean voided) {}
}
