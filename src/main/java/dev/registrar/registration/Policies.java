package dev.registrar.registration;

import dev.registrar.call.CallPolicy;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Every number a registration runs by, snapshotted into its input.
 *
 * @param lookup for {@code find} and {@code get}
 * @param undo for refund and deletes
 * @param callDeadline the longest whole call to a critical provider; after a lost worker its call may go on for so long
 * @param settleAfter time between the two lookups that prove an absence
 * @param gateway what the gateway promises; absent: nothing but to be found
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
        @Nullable PaymentGuarantees gateway) {

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
