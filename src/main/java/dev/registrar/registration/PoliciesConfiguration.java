package dev.registrar.registration;

import dev.registrar.call.CallPolicy;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code registration.policies}: one block a service; a block that is left out has its kind's defaults.
 *
 * @param profile external
 * @param payment external
 * @param database internal
 * @param email internal
 * @param sms internal
 * @param lookup asking a provider what it holds
 * @param undo refund, delete account, delete profile
 */
public record PoliciesConfiguration(
        @Nullable @Valid PolicyConfiguration profile,
        @Nullable @Valid PolicyConfiguration payment,
        @Nullable @Valid PolicyConfiguration database,
        @Nullable @Valid PolicyConfiguration email,
        @Nullable @Valid PolicyConfiguration sms,
        @Nullable @Valid PolicyConfiguration lookup,
        @Nullable @Valid PolicyConfiguration undo) {

    static final PoliciesConfiguration DEFAULT = new PoliciesConfiguration(null, null, null, null, null, null, null);

    static CallPolicy of(@Nullable PolicyConfiguration configured, PolicyConfiguration defaults) {
        return (configured == null ? defaults : configured).orElse(defaults);
    }
}
