package dev.registrar.reconcile;

import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that does not fit, or could not be looked up.
 *
 * @param service whose answer showed it
 * @param reference the transaction or the user, where it is known
 * @param amount the user's money that is held without a reason, or missing
 * @param compensation the open row of it; absent in a dry run, where the kind has none, and where an operator has closed
 *     that row by hand
 */
public record Finding(
        RegistrationId registrationId,
        FindingKind kind,
        Step service,
        @Nullable String reference,
        @Nullable Money amount,
        @Nullable UUID compensation) {}
