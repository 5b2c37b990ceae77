package dev.registrar.compensation;

import dev.registrar.call.CallMonitor;
import dev.registrar.call.CallPolicy;
import dev.registrar.compensation.CompensationRecords.ResolveOrder;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.model.Money;
import dev.registrar.model.Step;
import dev.registrar.store.PaymentResolution.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An operator's claim about a payment, compared with the gateway's answer. The gateway is queried once; a missing
 * answer contradicts nothing, and money returned outside the gateway is not visible there. Workflow code.
 *
 * @param contradictedBy what the gateway reports instead; absent if it agrees, does not answer or was not queried
 * @param transactionId the gateway's transaction, if it showed one
 * @param captured the captured amount, for a payment that was charged
 */
public record OperatorClaim(
        @Nullable String contradictedBy,
        @Nullable String transactionId,
        @Nullable Money captured) {

    public static final OperatorClaim ACCEPTED = unchecked(null);

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /** Queries the gateway if it can confirm or contradict the claim. */
    public static OperatorClaim check(
            UndoTarget target, Function<Step, CallMonitor> monitors, UndoRow row, ResolveOrder order) {
        Outcome outcome = order.outcome();
        if (row.action() != UndoAction.RESOLVE_PAYMENT || outcome == null) {
            return ACCEPTED;
        }
        Money charged = outcome == Outcome.CHARGED ? target.price() : null;
        if (order.force()) {
            return unchecked(charged);
        }
        Optional<PaymentVerdict> verdict = new Inquiries(target.asking(once(target.lookup())), monitors)
                .paymentsNow(row.reference())
                .map(held -> PaymentVerdict.of(held, target.price(), row.reference()));
        return verdict.map(found -> compared(outcome, found, charged)).orElseGet(() -> unchecked(charged));
    }

    private static OperatorClaim compared(Outcome outcome, PaymentVerdict found, @Nullable Money charged) {
        if (found.open()) {
            return unchecked(charged);
        }
        boolean agrees = found.holdsMoney() == (outcome == Outcome.CHARGED);
        return agrees
                ? new OperatorClaim(null, found.transactionId(), outcome == Outcome.CHARGED ? found.captured() : null)
                : new OperatorClaim(found.holdsMoney() ? "charged" : "not_charged", null, null);
    }

    private static OperatorClaim unchecked(@Nullable Money charged) {
        return new OperatorClaim(null, null, charged);
    }

    /** One call that ends within 10 s. */
    static CallPolicy once(CallPolicy lookup) {
        Duration limit = lookup.startToClose().compareTo(ANSWER_LIMIT) < 0 ? lookup.startToClose() : ANSWER_LIMIT;
        return new CallPolicy(
                CallPolicy.Mode.DURABLE,
                limit,
                lookup.firstInterval(),
                lookup.maxInterval(),
                lookup.factor(),
                1,
                Duration.ZERO);
    }
}
