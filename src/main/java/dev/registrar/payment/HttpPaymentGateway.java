package dev.registrar.payment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.outbound.Deadline;
import dev.registrar.outbound.PercentEncoding;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.outbound.ServiceOperation;
import dev.registrar.outbound.ServiceRequest;
import dev.registrar.outbound.UnreadableReplyException;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The payment gateway over HTTP. Charge, refund and the reads have the breakers {@code payment-charge|refund|find}. */
public final class HttpPaymentGateway implements PaymentGateway {

    private static final BodyReader<PaymentReply> PAYMENT = WireFormat.reader(PaymentReply.class);
    private static final BodyReader<PaymentList> PAYMENTS = WireFormat.reader(PaymentList.class);
    private static final BodyReader<RefundReply> REFUND = WireFormat.reader(RefundReply.class);

    /** Of several, first the one that still holds money, then one that did, then one that may come to. */
    private static final Comparator<FoundPayment> WEIGHT = Comparator.<FoundPayment, Boolean>comparing(payment ->
                    payment.captured().amount().compareTo(payment.refunded().amount()) > 0)
            .thenComparing(payment -> !payment.captured().isZero())
            .thenComparing(payment -> payment.status() != PaymentStatus.DECLINED);

    private final ServiceClient client;
    private final ServiceOperation charge;
    private final ServiceOperation refund;
    private final ServiceOperation find;

    public HttpPaymentGateway(ServiceClient client) {
        this.client = client;
        this.charge = client.changing("charge", "payment-charge");
        this.refund = client.changing("refund", "payment-refund");
        this.find = client.reading("find", "payment-find");
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
                        ? new PaymentResult(null, PaymentStatus.DECLINED, null, null, reply.code())
                        : reply.json(PAYMENT).charged(id, key));
    }

    @Override
    public Optional<FoundPayment> find(RegistrationId id) {
        String key = IdempotencyKey.charge(id).value();
        Optional<FoundPayment> byKey = list("idempotencyKey", key, item -> key.equals(item.idempotencyKey()));
        if (byKey.isPresent()) {
            return byKey;
        }
        String reference = id.toString();
        return list("reference", reference, item -> reference.equals(item.reference()));
    }

    /** A gateway that ignores the query must not make another's payment ours: only items that say so themselves count. */
    private Optional<FoundPayment> list(String name, String value, Predicate<PaymentReply> isOurs) {
        ServiceRequest request = ServiceRequest.get("/payments?" + name + "=" + PercentEncoding.encode(value));
        Deadline deadline = client.deadline(CallLimit.FULL);
        List<FoundPayment> ours = find.call(request, deadline, reply -> {
            List<@Nullable PaymentReply> items = reply.json(PAYMENTS).items();
            if (items == null) {
                throw new UnreadableReplyException("no items");
            }
            List<FoundPayment> found = new ArrayList<>();
            for (PaymentReply item : items) {
                if (item != null && isOurs.test(item)) {
                    found.add(item.found());
                }
            }
            return found;
        });
        return ours.stream().max(WEIGHT);
    }

    @Override
    public Optional<FoundPayment> get(String transactionId) {
        ServiceRequest request = ServiceRequest.get("/payments/" + PercentEncoding.encode(transactionId))
                .answeredBy(404);
        return find.call(request, client.deadline(CallLimit.FULL), reply -> {
            if (reply.status() == 404) {
                return Optional.empty();
            }
            FoundPayment payment = reply.json(PAYMENT).found();
            if (!payment.transactionId().equals(transactionId)) {
                throw new UnreadableReplyException("not the transactionId asked for");
            }
            return Optional.of(payment);
        });
    }

    @Override
    public void refund(RegistrationId id, String transactionId, Money amount) {
        byte[] body = WireFormat.write(new Refund(amount.amount(), amount.currency(), id.toString()));
        ServiceRequest request = ServiceRequest.post(
                "/payments/" + PercentEncoding.encode(transactionId) + "/refunds", IdempotencyKey.refund(id), body);
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

    record PaymentList(@Nullable List<@Nullable PaymentReply> items) {}
}
