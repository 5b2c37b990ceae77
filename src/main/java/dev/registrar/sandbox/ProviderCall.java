package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.model.Money;
import dev.registrar.sandbox.Outcome.Subject;
import dev.registrar.sandbox.Reply.RefusalException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A well-formed request to a provider.
 *
 * @param key the idempotency key; absent: every request has its own effect
 * @param fingerprint the fingerprint of the body, if there is a key
 * @param target the user id or transaction id in the path, or the value that a find looks for
 * @param findBy {@code idempotencyKey} or {@code reference}, for a find over the list
 * @param body an empty object if there is none
 */
record ProviderCall(
        Operation operation,
        @Nullable String key,
        @Nullable String fingerprint,
        @Nullable String target,
        @Nullable String findBy,
        @Nullable String ifMatch,
        JsonNode body) {

    private static final int MAX_AMOUNT_LENGTH = 64;

    String text(String field) {
        return body.path(field).asText();
    }

    @Nullable
    String optionalText(String field) {
        JsonNode value = body.path(field);
        return value.isTextual() ? value.textValue() : null;
    }

    String requiredTarget() {
        if (target == null) {
            throw new IllegalStateException(operation + " without a target");
        }
        return target;
    }

    /** The key under which the ledger records it: its own, or the subject of a find or void. */
    @Nullable
    String ledgerKey() {
        if (operation == Operation.PAYMENT_VOID) {
            return text("idempotencyKey");
        }
        return "idempotencyKey".equals(findBy) ? target : key;
    }

    /** The subject as stated in the request, regardless of the outcome. */
    Subject stated(PaymentBook payments) {
        return switch (operation) {
            case PROFILE_CREATE -> new Subject(text("userId"), null, null, text("registrationId"));
            case PROFILE_GET, PROFILE_UPDATE, PROFILE_DELETE -> new Subject(target, null, null, null);
            case PAYMENT_CHARGE -> money(text("userId"));
            case PAYMENT_REFUND -> money(payments.payer(requiredTarget()).orElse(null));
            case PAYMENT_VOID ->
                new Subject(payments.userOfKey(text("idempotencyKey")).orElse(null), null, null, null);
            case PAYMENT_FIND -> new Subject(null, null, null, "reference".equals(findBy) ? target : null);
            case EMAIL_SEND, SMS_SEND ->
                new Subject(payments.userOf(text("reference")).orElse(null), null, null, text("reference"));
        };
    }

    private Subject money(@Nullable String userId) {
        Money money = money();
        return new Subject(userId, money.amount(), money.currency(), optionalText("reference"));
    }

    Money money() {
        return money(body);
    }

    /** The {@code amount} and {@code currency} of a body: a number or a string, exact, greater than 0. */
    static Money money(JsonNode body) {
        JsonNode value = body.path("amount");
        boolean text = value.isTextual() && value.textValue().length() <= MAX_AMOUNT_LENGTH;
        try {
            BigDecimal amount =
                    text ? new BigDecimal(value.textValue()) : value.isNumber() ? value.decimalValue() : null;
            if (amount != null) {
                Money money = new Money(amount, body.path("currency").asText());
                if (money.isZero()) {
                    throw RefusalException.invalid("amount must be more than 0");
                }
                return money;
            }
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        throw RefusalException.invalid("amount must be a decimal that fits its ISO 4217 currency");
    }
}
