package dev.registrar.payment.stripe;

import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.outbound.FormBody;
import dev.registrar.outbound.ServiceRequest;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Builds every request to Stripe. Bodies derive from the registration's request alone: one key, one body. The version
 * of the interface is pinned, so that an upgrade of the account changes nothing here.
 */
final class StripeRequests {

    /** The version of Stripe's OpenAPI document against which a test validates the requests. */
    static final String VERSION = "2026-08-26.dahlia";

    /** The largest page that Stripe allows. */
    static final int PAGE_SIZE = 100;

    private static final String INTENTS = "/v1/payment_intents";
    private static final String REFUNDS = "/v1/refunds";

    /** A page of a hundred intents has some 300 KB; the metadata of each may have 25 KB. */
    private static final int MAX_PAGE = 4 * 1024 * 1024;

    /** Stripe's limit for a value of metadata. */
    private static final int MAX_METADATA = 500;

    /** Allows for skew between Stripe's clock and ours, and among our instances. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

    private StripeRequests() {}

    /**
     * Creates an intent that waits to be confirmed. The description is sent as metadata, because some servers refuse
     * the field.
     *
     * @throws dev.registrar.model.RejectedException Stripe has no such amount
     */
    static ServiceRequest create(RegistrationId id, PaymentRequest payment) {
        FormBody form = FormBody.EMPTY
                .with("amount", StripeAmounts.minorUnits(payment.amount()))
                .with("currency", StripeAmounts.currency(payment.amount()))
                .with("payment_method", payment.paymentMethod())
                .with("payment_method_types[]", "card")
                .with("metadata", StripeIntent.REGISTRATION, id.toString())
                .with("metadata", "user_id", payment.userId())
                .with("metadata", "description", shortened(payment.description()));
        return pinned(ServiceRequest.postForm(INTENTS, IdempotencyKey.charge(id), form));
    }

    static ServiceRequest confirm(RegistrationId id, String intent) {
        return pinned(ServiceRequest.postForm(path(intent) + "/confirm", IdempotencyKey.confirm(id), FormBody.EMPTY))
                .answeredBy(402);
    }

    /**
     * Without a key, so that no stored answer is returned. A 400 is an answer: its state, which a read shows, does not
     * allow it, or it is already cancelled.
     */
    static ServiceRequest cancel(String intent) {
        return pinned(ServiceRequest.postForm(path(intent) + "/cancel", null, FormBody.EMPTY))
                .answeredBy(400);
    }

    static ServiceRequest get(String intent) {
        return pinned(ServiceRequest.get(path(intent))).answeredBy(404);
    }

    /**
     * One page of the account's intents, newest first.
     *
     * @param notBefore the earliest time of an attempt to charge; absent: no limit
     * @param notAfter the latest time of an attempt to charge
     * @param after the last id of the previous page
     */
    static ServiceRequest list(@Nullable Instant notBefore, @Nullable Instant notAfter, @Nullable String after) {
        FormBody query = FormBody.EMPTY.with("limit", PAGE_SIZE);
        if (notBefore != null) {
            query = query.with("created[gte]", notBefore.minus(CLOCK_SKEW).getEpochSecond());
        }
        if (notAfter != null) {
            query = query.with("created[lte]", notAfter.plus(CLOCK_SKEW).getEpochSecond());
        }
        return page(query.with("starting_after", after).queryOf(INTENTS));
    }

    static ServiceRequest refund(RegistrationId id, String intent, IdempotencyKey key, Money amount) {
        FormBody form = FormBody.EMPTY
                .with("payment_intent", intent)
                .with("amount", StripeAmounts.minorUnits(amount))
                .with("metadata", StripeIntent.REGISTRATION, id.toString())
                .with("metadata", StripeRefund.KEY, key.value());
        return pinned(ServiceRequest.postForm(REFUNDS, key, form));
    }

    /** One page of the refunds of an intent. */
    static ServiceRequest refunds(String intent, @Nullable String after) {
        return page(FormBody.EMPTY
                .with("payment_intent", intent)
                .with("limit", PAGE_SIZE)
                .with("starting_after", after)
                .queryOf(REFUNDS));
    }

    private static ServiceRequest page(String path) {
        return pinned(ServiceRequest.get(path)).readingUpTo(MAX_PAGE);
    }

    private static String path(String intent) {
        return INTENTS + "/" + ServiceRequest.encode(intent);
    }

    private static ServiceRequest pinned(ServiceRequest request) {
        return request.withHeader("Stripe-Version", VERSION);
    }

    /** Truncates to whole characters. */
    private static @Nullable String shortened(@Nullable String description) {
        if (description == null || description.codePointCount(0, description.length()) <= MAX_METADATA) {
            return description;
        }
        return description.substring(0, description.offsetByCodePoints(0, MAX_METADATA));
    }
}
