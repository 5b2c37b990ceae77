package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.Outcome.Subject;
import org.jspecify.annotations.Nullable;

/**
 * A request to a provider, already checked for its form.
 *
 * @param key the idempotency key; absent: every request has an effect of its own
 * @param fingerprint of the body, where there is a key
 * @param target the user id or transaction id of the path, or what a find asks for
 * @param findBy {@code idempotencyKey} or {@code reference}, for a find over the list
 * @param body an empty object where there is none
 */
record ProviderCall(
        Operation operation,
        @Nullable String key,
        @Nullable String fingerprint,
        @Nullable String target,
        @Nullable String findBy,
        @Nullable String ifMatch,
        JsonNode body) {

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

    /** The key under which the ledger files it: its own, or the one a find or a void is about. */
    @Nullable
    String ledgerKey() {
        if (operation == Operation.PAYMENT_VOID) {
            return text("idempotencyKey");
        }
        return "idempotencyKey".equals(findBy) ? target : key;
    }

    /** What the request says it is about, whatever becomes of it. */
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
        String currency = text("currency");
        return new Subject(userId, AmountReader.read(body, currency).amount(), currency, optionalText("reference"));
    }
}
