package dev.registrar.payment;

import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.outbound.UnreadableReplyException;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A payment as the gateway writes it; checked on the way to our own values. */
record PaymentReply(
        @Nullable String transactionId,
        @Nullable String status,
        @Nullable BigDecimal amount,
        @Nullable String currency,
        @Nullable BigDecimal captured,
        @Nullable BigDecimal refunded,
        @Nullable String reference,
        @Nullable String idempotencyKey,
        @Nullable String timestamp) {

    /** A reference goes into history, rows and answers: visible ASCII, and not endless. */
    private static final Pattern REFERENCE = Pattern.compile("[\\x21-\\x7e]{1,128}");

    /**
     * The answer to a charge. The amount is what the gateway says, right or wrong: what was captured, or for a pending
     * payment what would be.
     */
    PaymentResult charged(RegistrationId id, IdempotencyKey key) throws UnreadableReplyException {
        if ((idempotencyKey != null && !idempotencyKey.equals(key.value()))
                || (reference != null && !reference.equals(id.toString()))) {
            throw new UnreadableReplyException("the payment of another request");
        }
        PaymentStatus read = readStatus();
        if (read == PaymentStatus.DECLINED) {
            throw new UnreadableReplyException("declined, with a status of success");
        }
        BigDecimal said = read == PaymentStatus.SUCCEEDED && captured != null ? captured : amount;
        return new PaymentResult(readTransactionId(), read, money(said), time(), null);
    }

    /** The payment as a lookup shows it. */
    FoundPayment found() throws UnreadableReplyException {
        Money taken = money(captured);
        Money returned = money(refunded);
        if (returned.amount().compareTo(taken.amount()) > 0) {
            throw new UnreadableReplyException("more refunded than captured");
        }
        return new FoundPayment(readTransactionId(), readStatus(), money(amount), taken, returned, time());
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

    /** For information only: a payment without a time that can be read is still one. */
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
