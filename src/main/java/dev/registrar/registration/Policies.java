package dev.registrar.registration;

import dev.registrar.call.CallPolicy;
import dev.registrar.model.Step;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a registration, snapshotted into its input.
 *
 * @param lookup for {@code find} and {@code get}
 * @param undo for refund and deletes
 * @param callDeadline the longest whole call to a critical provider; a call whose worker was lost may continue for this
 *     long
 * @param settleAfter time between the two lookups that prove an absence
 * @param gateway what the gateway promises; absent: only lookups
 * @param emails what the e-mail provider promises; absent in the input of an older version: messages may be sent again
 * @param texts the same for the SMS provider
 */
public record Policies(
        CallPolicy profile,
        CallPolicy payment,
        CallPolicy database,
        CallPolicy email,
        CallPolicy sms,
        CallPolicy lookup,
        CallPolicy undo,
        Duration callDeadline,
        Duration settleAfter,
        @Nullable PaymentGuarantees gateway,
        @Nullable MessageGuarantees emails,
        @Nullable MessageGuarantees texts) {

    /** Whether the message of this step gets only one attempt, because a second one could be a second message. */
    boolean onlyOnce(Step step) {
        MessageGuarantees messenger = step == Step.EMAIL ? emails : step == Step.SMS ? texts : null;
        return messenger != null && !messenger.repeatable();
    }

    /** Whether an SMS of unknown outcome can be looked up. */
    boolean findsTexts() {
        return texts != null && texts.finds();
    }

    CallPolicy of(Step step) {
        return switch (step) {
            case PROFILE -> profile;
            case PAYMENT -> payment;
            case DATABASE -> database;
            case EMAIL -> email;
            case SMS -> sms;
        };
    }
}
