package dev.registrar.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;

/**
 * The key under which a provider performs an effect at most once. Derived from the registration's id alone, so that
 * a retry, a reset, a restart and a replay all use the same key.
 */
public record IdempotencyKey(String value) {

    private static final String AGAIN = ":again:";

    public static IdempotencyKey profile(RegistrationId id) {
        return new IdempotencyKey("profile:" + id);
    }

    public static IdempotencyKey charge(RegistrationId id) {
        return new IdempotencyKey("charge:" + id);
    }

    /** The key of the second call of a charge, at a gateway that first creates a payment and then confirms it. */
    public static IdempotencyKey confirm(RegistrationId id) {
        return new IdempotencyKey("charge:" + id + ":confirm");
    }

    public static IdempotencyKey refund(RegistrationId id) {
        return new IdempotencyKey("refund:" + id);
    }

    /** The key of the refund of a second payment that the gateway holds for the registration. */
    public static IdempotencyKey refund(RegistrationId id, String transactionId) {
        return new IdempotencyKey("refund:" + id + ":" + transactionId);
    }

    /** The key of the n-th refund requested after the gateway reversed or failed an earlier one; n from 1. */
    public static IdempotencyKey refundAgain(RegistrationId id, int n) {
        return new IdempotencyKey("refund:" + id + AGAIN + n);
    }

    /**
     * The key of another refund after the gateway reversed or failed an earlier one: the next number that none of the
     * registration's refunds has used.
     *
     * @param used the keys of all its refunds
     */
    public static IdempotencyKey refundAgain(RegistrationId id, Collection<String> used) {
        return refundAgain(
                id, used.stream().mapToInt(IdempotencyKey::number).max().orElse(0) + 1);
    }

    private static int number(String refund) {
        int mark = refund.lastIndexOf(AGAIN);
        return mark < 0 ? 0 : Integer.parseInt(refund.substring(mark + AGAIN.length()));
    }

    /** The key of the same refund with another amount, because a key is used with one body only. */
    public static String again(String refund) {
        int mark = refund.lastIndexOf(AGAIN);
        return mark < 0 ? refund + AGAIN + 1 : refund.substring(0, mark) + AGAIN + (number(refund) + 1);
    }

    /** The key of the welcome e-mail; {@code resend} 0 is the first, n the n-th resend by an operator. */
    public static IdempotencyKey email(RegistrationId id, int resend) {
        return message("email", id, resend);
    }

    /** The key of the SMS; {@code resend} 0 is the first, n the n-th resend by an operator. */
    public static IdempotencyKey sms(RegistrationId id, int resend) {
        return message("sms", id, resend);
    }

    private static IdempotencyKey message(String kind, RegistrationId id, int resend) {
        return new IdempotencyKey(kind + ":" + id + (resend == 0 ? "" : ":resend:" + resend));
    }

    @JsonCreator
    public static IdempotencyKey of(String value) {
        return new IdempotencyKey(value);
    }

    @Override
    @JsonValue
    public String toString() {
        return value;
    }
}
