package dev.registrar.compensation;

import dev.registrar.call.CallPolicy;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import java.time.Duration;

/**
 * Whose work is undone, or asked about, and how patiently.
 *
 * @param price what was to be charged
 * @param settleAfter time between the two lookups that prove an absence
 */
public record UndoTarget(
        RegistrationId registrationId,
        String userId,
        Money price,
        CallPolicy undo,
        CallPolicy lookup,
        Duration settleAfter) {

    public UndoTarget {
        undo = undo.durable();
        lookup = lookup.durable();
    }
}
