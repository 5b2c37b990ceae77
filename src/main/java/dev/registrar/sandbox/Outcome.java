package dev.registrar.sandbox;

import dev.registrar.sandbox.ProfileBook.StoredProfile;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A provider's decision on a request. Nothing has happened yet: the simulator first writes it to the journal and then
 * applies the change, or drops both (a lie).
 *
 * @param effect whether the ledger counts it
 * @param subject the subject of the request
 * @param change the change of the provider's state; may be present without an effect (declines are listed too)
 * @param silent the provider never answers this one
 */
record Outcome(
        Reply reply,
        boolean effect,
        Subject subject,
        @Nullable Change change,
        boolean silent) {

    static Outcome done(Reply reply, Subject subject, @Nullable Change change) {
        return new Outcome(reply, true, subject, change, false);
    }

    static Outcome unchanged(Reply reply, Subject subject) {
        return new Outcome(reply, false, subject, null, false);
    }

    /** The further fields of a ledger entry, beside operation, key and status. */
    record Subject(
            @Nullable String userId,
            @Nullable BigDecimal amount,
            @Nullable String currency,
            @Nullable String reference) {

        static final Subject NOTHING = new Subject(null, null, null, null);
    }

    /** New values of the state, in full, so that applying one twice is harmless. */
    record Change(
            @Nullable StoredProfile profile,
            @Nullable String deletedProfile,
            @Nullable List<StoredPayment> payments,
            @Nullable String voidedKey) {

        static Change of(StoredProfile profile) {
            return new Change(profile, null, null, null);
        }

        static Change deleted(String userId) {
            return new Change(null, userId, null, null);
        }

        static Change of(List<StoredPayment> payments) {
            return new Change(null, null, payments, null);
        }

        static Change voided(String key, List<StoredPayment> payments) {
            return new Change(null, null, payments, key);
        }
    }

    /** When the simulator processes a request: its sequence number and the time. */
    record Moment(long seq, Instant at) {

        /** Random, so that ids of an emptied data directory do not recur; the sequence number makes it unique. */
        String id(String prefix, RandomGenerator random) {
            return prefix + Long.toHexString(random.nextLong()) + "_" + Long.toString(seq, Character.MAX_RADIX);
        }

        String timestamp() {
            return at.toString();
        }
    }
}
