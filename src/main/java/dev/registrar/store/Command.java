package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What somebody other than its own run wants of a registration: left in its inbox, applied by its run.
 *
 * @param seq its number in the registration's inbox, from 1
 * @param target what it is about, so that the same asked twice is one: a row, the number of a resend
 * @param byOperator whether a person asked for it, not the service
 * @param version of the kinds and payloads that it was left with
 * @param result what became of it, as JSON; absent until it is applied
 * @param errorCode why it had no effect
 */
public record Command(
        RegistrationId registrationId,
        int seq,
        Kind kind,
        String target,
        boolean byOperator,
        int version,
        Instant createdAt,
        @Nullable Instant appliedAt,
        @Nullable String result,
        @Nullable String errorCode) {

    /** What this version of the service reads; more kinds, or other payloads, count it up. */
    public static final int VERSION = 1;

    public enum Kind {
        /** Turns the registration back. */
        CANCEL,
        /** Looks and puts right: undo, lookup, what turned up late. */
        ATTEND,
        /** Closes a row by an operator's word. */
        RESOLVE,
        /** Sends welcome messages again. */
        RESEND,
        /** Not known to this version although it should be: closed with an error. */
        UNKNOWN;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String code) {
            for (Kind kind : values()) {
                if (kind.code().equals(code)) {
                    return kind;
                }
            }
            return UNKNOWN;
        }
    }

    /** Whether only a newer version of the service can apply it. */
    public boolean newer() {
        return version > VERSION;
    }

    public boolean applied() {
        return appliedAt != null;
    }
}
