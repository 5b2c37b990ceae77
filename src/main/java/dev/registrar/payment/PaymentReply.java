package dev.registrar.payment;

import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.RefundStatus;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A payment as the gateway writes it; validated when converted to our own values. */
record PaymentReply(
        @Nullable String transactionId,
        @Nullable String status,
        @Nullable BigDecimal amount,
        @Nullable String currency,
        @Nullable BigDecimal captured,
        @Nullable BigDecimal refunded,
        @Nullable List<@Nullable RefundItem> refunds,
        @Nullable String reference,
        @Nullable String idempotencyKey,
        @Nullable String timestamp) {

    /** A reference goes into history, rows and answers: visible ASCII of limited length. */
    private static final Pattern REFERENCE = Pattern.compile("[\\x21-\\x7e]{1,128}");

    /**
     * The answer to a charge. The amount is the gateway's, right or wrong: what was captured, or what would be for a
     * pending payment.
     */
    PaymentResult charged(RegistrationId id, IdempotencyKey key) throws UnreadableReplyException {
        if ((idempotencyKey != null && !idempotencyKey.equals(key.value()))
                || (reference != null && !reference.equals(id.toString()))) {
            throw new UnreadableReplyException("the payment of another request");
        }
        PaymentStatus read = readStatus();
        if (read == PaymentStatus.DECLINED || read == PaymentStatus.CANCELLED) {
            throw new UnreadableReplyException("nothing charged, with a status of success");
        }
        BigDecimal said = read == PaymentStatus.SUCCEEDED && captured != null ? captured : amount;
        return new PaymentResult(readTransactionId(), read, money(said), time(), null);
    }

    /**
     * The payment as a lookup shows it.
     *
     * @param key our own; the payment shows whether it was made under it
     */
    FoundPayment found(String key) throws UnreadableReplyException {
        Money taken = money(captured);
        List<FoundRefund> given = readRefunds(taken);
        FoundPayment found = new FoundPayment(
                readTransactionId(), readStatus(), money(amount), taken, given, time(), key.equals(idempotencyKey));
        if (found.refunded().amount().compareTo(taken.amount()) > 0) {
            throw new UnreadableReplyException("more refunded than captured");
        }
        if (refunded != null && !money(refunded).equals(found.refunded())) {
            throw new UnreadableReplyException("refunds that do not add up to what is refunded");
        }
        return found;
    }

    private List<FoundRefund> readRefunds(Money taken) throws UnreadableReplyException {
        if (refunds == null) {
            Money sum = money(refunded);
            return sum.isZero() ? List.of() : List.of(new FoundRefund(null, null, sum, RefundStatus.SUCCEEDED));
        }
        List<FoundRefund> given = new ArrayList<>();
        for (RefundItem item : refunds) {
            if (item == null || (item.currency != null && !item.currency.equals(taken.currency()))) {
                throw new UnreadableReplyException("a refund of another currency, or none");
            }
            given.add(new FoundRefund(item.id, item.idempotencyKey, money(item.amount), item.readStatus()));
        }
        return given;
    }

    /** A refund as the gateway writes it; its currency is the payment's. */
    record RefundItem(
            @Nullable String id,
            @Nullable String idempotencyKey,
            @Nullable BigDecimal amount,
            @Nullable String currency,
            @Nullable String status) {

        private RefundStatus readStatus() throws UnreadableReplyException {
            return switch (String.valueOf(status)) {
                case "succeeded" -> RefundStatus.SUCCEEDED;
                case "pending" -> RefundStatus.PENDING;
                case "failed" -> RefundStatus.FAILED;
                default -> throw new UnreadableReplyException("an unknown status of a refund");
            };
        }
    }

    String readTransactionId() throws UnreadableReplyException {
        if (transactionId == null || !REFERENCE.matcher(transactionId).matches()) {
            throw new UnreadableReplyException("no transactionId");
        }
        return transactionId;
    }

    private PaymentStatus readStatus() throws UnreadableReplyException {
        if (status == null) {
            throw new UnreadableReplyException("no status");
        }
        return switch (status) {
            case "succeeded" -> PaymentStatus.SUCCEEDED;
            case "pending" -> PaymentStatus.PENDING;
            case "declined" -> PaymentStatus.DECLINED;
            case "cancelled" -> PaymentStatus.CANCELLED;
            default -> throw new UnreadableReplyException("an unknown status");
        };
    }

    private Money money(@Nullable BigDecimal value) throws UnreadableReplyException {
        if (value == null || currency == null) {
            throw new UnreadableReplyException("no amount");
        }
        try {
            return new Money(value, currency);
        } catch (IllegalArgumentException e) {
            throw new UnreadableReplyException("not an amount of its currency");
        }
    }

    /** For information only: a payment without a readable time is still valid. */
    private @Nullable Instant time() {
        if (timestamp == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(timestamp).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
