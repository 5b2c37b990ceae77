package dev.registrar.reconcile;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A mismatch, or something that could not be looked up.
 *
 * @param service the service whose answer showed it
 * @param reference the transaction or the user, if known
 * @param amount the user's money that is held without a reason, or missing
 * @param compensation its open row; absent in a dry run, if the kind has none, or if an operator has closed that row by
 *     hand
 */
public record Finding(
        RegistrationId registrationId,
        FindingKind kind,
        Step service,
        @Nullable String reference,
        @Nullable Money amount,
        @Nullable UUID compensation) {

    /** The kinds of mismatches. The names are read by operators' scripts. */
    public enum FindingKind {
        /** FAILED or CANCELLED, and the gateway holds money: a {@code refund} row. */
        ORPHANED_CHARGE,
        /** FAILED or CANCELLED, and the user's profile is this registration's: a {@code delete_profile} row. */
        ORPHANED_PROFILE,
        /** FAILED or CANCELLED, and the user's account is this registration's: a {@code delete_account} row. */
        ORPHANED_ACCOUNT,
        /** COMPLETED, and the gateway does not hold exactly its price: reported, no row. */
        MISSING_CHARGE,
        /** COMPLETED, and the user's profile is not this registration's: reported, no row. */
        MISSING_PROFILE,
        /** COMPLETED, and the gateway holds a further payment: a {@code refund} row. */
        PAYMENT_DUPLICATED,
        /** COMPLETED without its account: a {@code save_account} row, unless the user's account is another registration's. */
        MISSING_ACCOUNT,
        /** Could not be looked up: the outcome is unknown, which is not a mismatch. */
        UNKNOWN;

        /** Whether the registration's own run can repair it. */
        boolean repairable() {
            return this != MISSING_CHARGE && this != MISSING_PROFILE && this != UNKNOWN;
        }

        @JsonValue
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        public static FindingKind of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }
}
