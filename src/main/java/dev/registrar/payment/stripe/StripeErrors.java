package dev.registrar.payment.stripe;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.outbound.ErrorDialect;
import dev.registrar.outbound.ErrorDialect.ProviderError.Meaning;
import dev.registrar.outbound.ErrorDialect.UnlistedValue;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.Reply.UnlistedValueException;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stripe's errors: every HTTP status and error type of its page "Errors". Only a 400 or a 402 with a type that the page
 * names is a definite refusal. Thread-safe.
 *
 * <p>A 500 may be stored under the request's key, and is then answered for as long as the key lives: it is in doubt
 * like every 5xx, and only a read shows the outcome of the request.
 */
final class StripeErrors implements ErrorDialect {

    private static final BodyReader<ErrorBody> BODY = WireFormat.reader(ErrorBody.class);
    private static final StripeError NONE = new StripeError(null, null, null);

    /** A definite answer about the request. */
    private static final Set<String> DEFINITE_TYPES =
            Set.of("card_error", "invalid_request_error", "idempotency_error");

    /** An error at Stripe. */
    private static final String API_ERROR = "api_error";

    /** Classified as in the documented wire protocol; 405, 407, 408 and 425 can come only from a proxy. */
    private static final Set<Integer> BY_STATUS = Set.of(401, 403, 404, 405, 407, 408, 425, 429, 500, 502, 503, 504);

    @Override
    public ProviderError read(Reply reply) {
        StripeError error = error(reply);
        String code = code(reply, error);
        int status = reply.status();
        if (BY_STATUS.contains(status)) {
            return new ProviderError(Meaning.BY_STATUS, code, null);
        }
        return switch (status) {
            case 400, 402 -> ofType(error.type(), code);
            case 409 ->
                new ProviderError(
                        "idempotency_key_in_use".equals(error.code()) ? Meaning.KEY_IN_PROGRESS : Meaning.IN_DOUBT,
                        code,
                        null);
            case 424 -> new ProviderError(Meaning.IN_DOUBT, code, null);
            default -> ProviderError.unlisted(UnlistedValue.HTTP_STATUS, code);
        };
    }

    private static ProviderError ofType(@Nullable String type, String code) {
        if (type != null && DEFINITE_TYPES.contains(type)) {
            return new ProviderError(Meaning.BY_STATUS, code, null);
        }
        return API_ERROR.equals(type)
                ? new ProviderError(Meaning.IN_DOUBT, code, null)
                : ProviderError.unlisted(UnlistedValue.ERROR, code);
    }

    /**
     * The reason of a decline.
     *
     * @throws UnlistedValueException if it is not a decline named in the table
     */
    static String declineCode(Reply reply) throws UnreadableReplyException {
        StripeError error = error(reply);
        if (error.type() == null || !DEFINITE_TYPES.contains(error.type())) {
            throw new UnlistedValueException(UnlistedValue.ERROR, error.type());
        }
        return code(reply, error);
    }

    /** Whether this 404 is Stripe's own, and not that of something else at its address. */
    static boolean isMissing(Reply reply) {
        return reply.status() == 404
                && "invalid_request_error".equals(error(reply).type());
    }

    /** The most exact code: the issuer's reason, Stripe's code, or the type. */
    private static String code(Reply reply, StripeError error) {
        String reason = error.reason();
        return reply.clean(reason == null ? error.type() : reason);
    }

    private static StripeError error(Reply reply) {
        try {
            StripeError error = reply.json(BODY).error();
            return error == null ? NONE : error;
        } catch (UnreadableReplyException e) {
            return NONE;
        }
    }

    record ErrorBody(@Nullable StripeError error) {}

    /**
     * An error as Stripe writes it, or the {@code last_payment_error} of a PaymentIntent.
     *
     * @param declineCode the issuer's reason
     */
    record StripeError(
            @Nullable String type,
            @Nullable String code,
            @JsonProperty("decline_code") @Nullable String declineCode) {

        /** The issuer's reason, else Stripe's code; null if neither is named. */
        @Nullable
        String reason() {
            return declineCode == null ? code : declineCode;
        }
    }
}
