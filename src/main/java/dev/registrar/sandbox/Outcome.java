package dev.registrar.sandbox;

import dev.registrar.sandbox.ProfileBook.StoredProfile;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a provider would do with a request. Nothing has happened yet: the simulator writes it down first and then applies
 * the change, or drops both (a lie).
 *
 * @param effect whether the ledger counts it
 * @param subject what it is about
 * @param change what becomes of the provider's state; may be there without an effect (a decline is listed, too)
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

    /** What a ledger entry says beside operation, key and status. */
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

    /** When the simulator deals with a request: its sequence number and the time. */
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
