package dev.registrar.payment.stripe;

import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.outbound.Deadline;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.outbound.ServiceOperation;
import dev.registrar.outbound.WireFormat;
import dev.registrar.outbound.WireFormat.BodyReader;
import dev.registrar.payment.PaymentGateway;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.stripe.StripeIntent.IntentStatus;
import dev.registrar.payment.stripe.StripeReads.Listing;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stripe's v1 interface. A charge is two calls: the PaymentIntent is created under {@code charge:<id>}, which never
 * charges, and confirmed under {@code charge:<id>:confirm}. A void cancels the intent, and holds once a separate read
 * shows {@code canceled}.
 *
 * <p>If the answer to the confirmation is lost or is a 5xx, which Stripe may have stored under the key, only a read
 * decides. A 402 is a decline, and the intent is cancelled afterwards. So is {@code requires_action}, but only once it
 * is proved cancelled: until then its customer could still authenticate.
 *
 * <p>Its breakers are {@code payment-charge|refund|void|find}. Thread-safe.
 */
public final class StripePaymentGateway implements PaymentGateway {

    /** Stripe keeps keys for at least 24 h, its lists have no lag, and a cancelled intent stays cancelled. */
    public static final PaymentGuarantees GUARANTEES =
            new PaymentGuarantees(StripeReads.KEY_LIFE, true, Duration.ZERO, true);

    /** Stripe's address. */
    public static final URI DEFAULT_BASE_URL = URI.create("https://api.stripe.com");

    private static final Logger LOG = LoggerFactory.getLogger(StripePaymentGateway.class);
    private static final BodyReader<StripeRefund> REFUND = WireFormat.reader(StripeRefund.class);

    /** The states of an intent that are consistent with a decline. */
    private static final Set<IntentStatus> UNCHARGED =
            Set.of(IntentStatus.CANCELED, IntentStatus.REQUIRES_PAYMENT_METHOD, IntentStatus.REQUIRES_CONFIRMATION);

    private final ServiceClient client;
    private final ServiceOperation create;
    private final ServiceOperation confirm;
    private final ServiceOperation refund;
    private final ServiceOperation voiding;
    private final StripeReads reads;

    /**
     * @param client whose credential is the secret key, as {@code Authorization: Bearer …}
     * @param clock for the age of keys
     */
    public StripePaymentGateway(ServiceClient client, Clock clock) {
        this.client = client.speaking(new StripeErrors());
        this.create = this.client.changing("create", "payment-charge");
        this.confirm = this.client.changing("charge", "payment-charge");
        this.refund = this.client.changing("refund", "payment-refund");
        this.voiding = this.client.changing("void", "payment-void");
        this.reads = new StripeReads(this.client.reading("find", "payment-find"), clock);
    }

    @Override
    public PaymentGuarantees guarantees() {
        return GUARANTEES;
    }

    @Override
    public PaymentResult charge(RegistrationId id, PaymentRequest payment, CallLimit limit) {
        Deadline deadline = client.deadline(limit);
        String intent = create.call(
                StripeRequests.create(id, payment), deadline, reply -> createdFor(reply, id, payment.amount()));
        Confirmation confirmation;
        try {
            confirmation =
                    confirm.call(StripeRequests.confirm(id, intent), deadline, reply -> confirmed(reply, id, intent));
        } catch (UnknownOutcomeException e) {
            return seenCharged(id, intent, deadline).orElseThrow(() -> e);
        }
        return confirmation.result().status() == PaymentStatus.DECLINED
                ? declined(id, intent, confirmation, deadline)
                : confirmation.result();
    }

    /** Checks the amount: an intent of an amount other than requested is not confirmed. */
    private static String createdFor(Reply reply, RegistrationId id, Money asked) throws UnreadableReplyException {
        StripeIntent intent = StripeReads.created(reply, id);
        if (!intent.price().equals(asked)) {
            throw new UnreadableReplyException("not the requested amount");
        }
        return intent.id();
    }

    /** @param mayStillCharge whether a decline only holds once the intent is cancelled */
    private record Confirmation(PaymentResult result, boolean mayStillCharge) {}

    private static Confirmation confirmed(Reply reply, RegistrationId id, String intentId)
            throws UnreadableReplyException {
        if (reply.status() == 402) {
            return refused(id, intentId, StripeErrors.declineCode(reply), reply, false);
        }
        StripeIntent intent = StripeReads.intent(reply, id, intentId);
        return switch (intent.status()) {
            case SUCCEEDED -> new Confirmation(intent.result(PaymentStatus.SUCCEEDED), false);
            case PROCESSING, REQUIRES_CAPTURE -> new Confirmation(intent.result(PaymentStatus.PENDING), false);
            case REQUIRES_ACTION -> refused(id, intentId, "requires_action", reply, true);
            case REQUIRES_PAYMENT_METHOD -> refused(id, intentId, reply.clean(intent.refusal()), reply, false);
            case REQUIRES_CONFIRMATION, CANCELED ->
                throw new UnreadableReplyException("nothing charged, with a status of success");
        };
    }

    private static Confirmation refused(
            RegistrationId id, String intentId, String code, Reply reply, boolean mayStillCharge) {
        LOG.info("charge of {} declined with {}: intent {}, request {}", id, code, intentId, reply.requestId());
        return new Confirmation(PaymentResult.declined(intentId, code, reply.details(code)), mayStillCharge);
    }

    /** What a read shows after a confirmation without an answer; empty if it shows no charge, which proves nothing. */
    private Optional<PaymentResult> seenCharged(RegistrationId id, String intentId, Deadline deadline) {
        if (deadline.isOver()) {
            return Optional.empty();
        }
        try {
            return reads.byId(id, intentId, deadline)
                    .filter(seen -> seen.status() == IntentStatus.SUCCEEDED)
                    .map(seen -> seen.result(PaymentStatus.SUCCEEDED));
        } catch (UnavailableException e) {
            return Optional.empty();
        }
    }

    /** Cancels a declined intent, so that it cannot be confirmed later. */
    private PaymentResult declined(RegistrationId id, String intentId, Confirmation decline, Deadline deadline) {
        Optional<IntentStatus> after;
        try {
            if (cancel(id, intentId, deadline) && !decline.mayStillCharge()) {
                return decline.result();
            }
            after = status(id, intentId, deadline);
        } catch (CallException e) {
            if (!decline.mayStillCharge()) {
                LOG.warn("intent {} of {} was declined and could not be cancelled: {}", intentId, id, e.getMessage());
                return decline.result();
            }
            throw inDoubt("waits for its customer, and is not proved cancelled: " + e.getMessage(), deadline)
                    .with(e.details());
        }
        boolean holds = decline.mayStillCharge()
                ? after.equals(Optional.of(IntentStatus.CANCELED))
                : after.filter(UNCHARGED::contains).isPresent();
        if (!holds) {
            throw inDoubt("declined, but a read shows another state", deadline);
        }
        return decline.result();
    }

    private static UnknownOutcomeException inDoubt(String text, Deadline deadline) {
        boolean localLimit = deadline.isLocal() && deadline.isOver();
        return new UnknownOutcomeException(Step.PAYMENT, "payment charge: " + text, localLimit, null);
    }

    /** Whether the answer confirms that it is cancelled; false if its state does not allow it. */
    private boolean cancel(RegistrationId id, String intentId, Deadline deadline) {
        return voiding.call(
                StripeRequests.cancel(intentId),
                deadline,
                reply -> reply.status() != 400
                        && StripeReads.intent(reply, id, intentId).status() == IntentStatus.CANCELED);
    }

    /** The status that a read shows; empty if there is no such intent. */
    private Optional<IntentStatus> status(RegistrationId id, String intentId, Deadline deadline) {
        return reads.byId(id, intentId, deadline).map(StripeIntent::status);
    }

    @Override
    public ChargeReference voidCharge(RegistrationId id, ChargeReference charge) {
        Deadline deadline = client.deadline(CallLimit.FULL);
        Optional<String> own = ownIntent(id, charge, deadline);
        if (own.isPresent()) {
            cancel(id, own.get(), deadline);
            return charge.of(own.get());
        }
        // Intents found in a list are cancelled too, but prove nothing: another may exist under the key.
        for (StripeIntent intent : reads.list(id, charge, deadline).intents()) {
            if (intent.status() != IntentStatus.CANCELED) {
                cancel(id, intent.id(), deadline);
            }
        }
        return charge;
    }

    @Override
    public boolean isVoided(RegistrationId id, ChargeReference charge) {
        Deadline deadline = client.deadline(CallLimit.FULL);
        return ownIntent(id, charge, deadline)
                .flatMap(intent -> status(id, intent, deadline))
                .filter(IntentStatus.CANCELED::equals)
                .isPresent();
    }

    /** The intent created under our own key: the known one, or the one that the key returns while it is kept. */
    private Optional<String> ownIntent(RegistrationId id, ChargeReference charge, Deadline deadline) {
        String known = charge.transactionId();
        return known == null ? reads.byKey(id, charge, deadline) : Optional.of(known);
    }

    /**
     * Looks up by id or key, and by list. A truncated list is no answer unless the intent of our own key was read: then
     * there can be no second one of ours.
     */
    @Override
    public List<FoundPayment> find(RegistrationId id, ChargeReference charge) {
        Deadline deadline = client.deadline(CallLimit.FULL);
        Optional<String> own = ownIntent(id, charge, deadline);
        Map<String, StripeIntent> held = new LinkedHashMap<>();
        if (own.isPresent()) {
            StripeIntent intent = reads.byId(id, own.get(), deadline)
                    .orElseThrow(() -> new UnavailableException(
                            Step.PAYMENT, "payment find: Stripe does not have the intent that it made"));
            held.put(own.get(), intent);
        }
        Listing listing = reads.list(id, charge, deadline);
        if (!listing.complete()) {
            if (own.isEmpty()) {
                throw new UnavailableException(Step.PAYMENT, "payment find: the list was cut");
            }
            LOG.warn("the list of intents was cut: only intent {} of {} was read", own.get(), id);
        }
        for (StripeIntent intent : listing.intents()) {
            held.putIfAbsent(intent.id(), intent);
        }
        List<FoundPayment> found = new ArrayList<>();
        for (StripeIntent intent : held.values()) {
            boolean ownKey = own.equals(Optional.of(intent.id()));
            intent.meaning().ifPresent(meaning -> found.add(found(intent, meaning, ownKey, deadline)));
        }
        return List.copyOf(found);
    }

    @Override
    public Optional<FoundPayment> get(RegistrationId id, String transactionId) {
        Deadline deadline = client.deadline(CallLimit.FULL);
        // An unconfirmed intent may still be confirmed until it is cancelled.
        return reads.byId(id, transactionId, deadline)
                .map(intent -> found(intent, intent.meaning().orElse(PaymentStatus.PENDING), true, deadline));
    }

    private FoundPayment found(StripeIntent intent, PaymentStatus meaning, boolean ownKey, Deadline deadline) {
        List<FoundRefund> refunds = intent.captured().isZero() ? List.of() : reads.refunds(intent, deadline);
        FoundPayment payment = intent.found(meaning, refunds, ownKey);
        if (payment.refunded().amount().compareTo(intent.captured().amount()) > 0) {
            throw new UnavailableException(Step.PAYMENT, "payment find: more refunded than captured");
        }
        return payment;
    }

    @Override
    public void refund(RegistrationId id, String transactionId, IdempotencyKey key, Money amount) {
        refund.call(StripeRequests.refund(id, transactionId, key, amount), client.deadline(CallLimit.FULL), reply -> {
            reply.json(REFUND).require(transactionId, key, amount);
            return transactionId;
        });
    }
}
