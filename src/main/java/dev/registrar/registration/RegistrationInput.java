package dev.registrar.registration;

import dev.registrar.compensation.UndoTarget;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import dev.registrar.store.EarlierCharge;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.StepHistory;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a registration's workflow starts with; all request bodies derive from it.
 *
 * @param keyExpiresAt from then on the charge's key may be forgotten by the gateway: never sent again
 * @param emailTemplate name and version of the text
 * @param smsTemplate name and version of the text
 * @param sweep how often the sweeper has started it again
 * @param cancelRequested whether a cancel was asked for before this start
 * @param undoBegun whether an earlier run has begun the undo: then only that goes on
 * @param resolution what was found out about a payment that an earlier run could not tell
 * @param earlierCharges earlier registrations of the user whose charge may still turn up
 * @param before what the row said when an earlier run could not tell the payment; absent where this goes on otherwise
 */
public record RegistrationInput(
        RegistrationId registrationId,
        UserProfile profile,
        PaymentRequest payment,
        Policies policies,
        Instant keyExpiresAt,
        String emailTemplate,
        String smsTemplate,
        int sweep,
        boolean cancelRequested,
        boolean undoBegun,
        @Nullable PaymentResolution resolution,
        List<EarlierCharge> earlierCharges,
        @Nullable StepHistory before) {

    public RegistrationInput {
        earlierCharges = earlierCharges == null ? List.of() : List.copyOf(earlierCharges);
    }

    /** This registration, as the undo and the inquiry see it. */
    UndoTarget undoTarget() {
        return new UndoTarget(
                registrationId,
                profile.userId(),
                payment.amount(),
                policies.undo(),
                policies.lookup(),
                policies.settleAfter(),
                policies.gateway());
    }
}
