package dev.registrar.payment.stripe;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.outbound.Deadline;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.ServiceOperation;
import dev.registrar.outbound.ServiceRequest;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FoundRefund;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reads that do not change what a customer pays: intents by id, by key and by list, and refunds. Stripe's search is
 * not used, because it lags. Throws only {@link UnavailableException}; thread-safe.
 */
final class StripeReads {

    /** The minimum time for which Stripe keeps a key. */
    static final Duration KEY_LIFE = Duration.ofHours(24);

    /** Allows for clock skew and for the call itself. */
    private static final Duration KEY_MARGIN = Duration.ofHours(1);

    /** With a hundred items each: a longer list is no answer. */
    private static final int MAX_PAGES = 50;

    private static final BodyReader<StripeIntent.Wire> INTENT = WireFormat.reader(StripeIntent.Wire.class);
    private static final BodyReader<Page<StripeIntent.Wire>> INTENTS = WireFormat.reader(new TypeReference<>() {});
    private static final BodyReader<Page<StripeRefund>> REFUNDS = WireFormat.reader(new TypeReference<>() {});

    private final ServiceOperation find;
    private final Clock clock;

    /** @param find a reading operation */
    StripeReads(ServiceOperation find, Clock clock) {
        this.find = find;
        this.clock = clock;
    }

    /** An intent in a reply. */
    static StripeIntent intent(Reply reply, RegistrationId id, String intentId) throws UnreadableReplyException {
        return reply.json(INTENT).of(id, intentId);
    }

    /** The intent in the reply to its creation. */
    static StripeIntent created(Reply reply, RegistrationId id) throws UnreadableReplyException {
        return reply.json(INTENT).of(id);
    }

    /** The registration's intent with this id; empty if Stripe has none of this id. */
    Optional<StripeIntent> byId(RegistrationId id, String intentId, Deadline deadline) {
        return find.call(StripeRequests.get(intentId), deadline, reply -> {
            if (reply.status() != 404) {
                return Optional.of(intent(reply, id, intentId));
            }
            if (!StripeErrors.isMissing(reply)) {
                throw new UnreadableReplyException("a 404 that is not Stripe's own");
            }
            return Optional.empty();
        });
    }

    /**
     * The id of the intent made under {@code charge:<id>}: creating it again under the same key returns it, or creates
     * an unconfirmed one. Empty if this is inconclusive: the key may be forgotten, the request is no longer known, or
     * an error is stored under the key.
     */
    Optional<String> byKey(RegistrationId id, ChargeReference charge, Deadline deadline) {
        PaymentRequest payment = charge.payment();
        if (payment == null || !keyLives(charge)) {
            return Optional.empty();
        }
        ServiceRequest again = StripeRequests.create(id, payment).answeredBy(400, 402, 500);
        return find.call(
                again,
                deadline,
                reply -> reply.status() >= 300
                        ? Optional.empty()
                        : Optional.of(created(reply, id).id()));
    }

    private boolean keyLives(ChargeReference charge) {
        Instant notBefore = charge.notBefore();
        return notBefore != null
                && clock.instant().isBefore(notBefore.plus(KEY_LIFE).minus(KEY_MARGIN));
    }

    /**
     * The result of a list.
     *
     * @param complete whether all pages were read
     */
    record Listing(List<StripeIntent> intents, boolean complete) {}

    /** The registration's intents, matched by metadata, among all those created while it could be charged. */
    Listing list(RegistrationId id, ChargeReference charge, Deadline deadline) {
        Instant notBefore = charge.notBefore();
        Instant notAfter = notBefore == null ? null : notBefore.plus(KEY_LIFE);
        List<StripeIntent> ours = new ArrayList<>();
        boolean complete =
                pages(after -> StripeRequests.list(notBefore, notAfter, after), INTENTS, deadline, intent -> {
                    if (intent.isOf(id)) {
                        ours.add(intent.of(id));
                    }
                });
        return new Listing(ours, complete);
    }

    /** All refunds of an intent. */
    List<FoundRefund> refunds(StripeIntent intent, Deadline deadline) {
        List<FoundRefund> given = new ArrayList<>();
        boolean complete = pages(after -> StripeRequests.refunds(intent.id(), after), REFUNDS, deadline, refund -> {
            FoundRefund found = refund.found();
            if (!intent.id().equals(refund.paymentIntent())
                    || !found.amount().currency().equals(intent.price().currency())) {
                throw new UnreadableReplyException("the refund of another payment");
            }
            given.add(found);
        });
        if (!complete) {
            throw new UnavailableException(Step.PAYMENT, "payment find: the list of refunds was cut");
        }
        return given;
    }

    /** Whether all pages were read. */
    private <T extends Listed> boolean pages(
            PageRequest request, BodyReader<Page<T>> reader, Deadline deadline, ItemReader<T> items) {
        String after = null;
        for (int read = 0; read < MAX_PAGES; read++) {
            Optional<String> last = find.call(
                    request.after(after), deadline, reply -> reply.json(reader).each(items));
            if (last.isEmpty()) {
                return true;
            }
            after = last.get();
        }
        return false;
    }

    private interface PageRequest {

        ServiceRequest after(@Nullable String lastId);
    }

    private interface ItemReader<T> {

        void read(T item) throws UnreadableReplyException;
    }

    /** An item of a list. */
    interface Listed {

        @Nullable
        String id();
    }

    /** One page of a list. */
    record Page<T extends Listed>(
            @Nullable List<@Nullable T> data,
            @JsonProperty("has_more") @Nullable Boolean hasMore) {

        /** Reads each item; returns the last id if there are more pages. */
        private Optional<String> each(ItemReader<T> items) throws UnreadableReplyException {
            if (data == null || hasMore == null) {
                throw new UnreadableReplyException("not a page of a list");
            }
            String last = null;
            for (T item : data) {
                if (item == null) {
                    throw new UnreadableReplyException("a missing item");
                }
                items.read(item);
                last = item.id();
            }
            if (hasMore && last == null) {
                throw new UnreadableReplyException("more pages, but no last id");
            }
            return hasMore ? Optional.ofNullable(last) : Optional.empty();
        }
    }
}
