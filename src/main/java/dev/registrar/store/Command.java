package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request to a registration by anyone but its own run: stored in its inbox, applied by its run.
 *
 * @param seq its number in the registration's inbox, from 1
 * @param target its subject, so that equal requests are one command: a row, the number of a resend
 * @param byOperator whether it was requested by a person, not by the service
 * @param version the version of kinds and payloads with which it was stored
 * @param result its result as JSON; absent until it is applied
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

    /** The newest version that this service reads; incremented for a new kind or a changed payload. */
    public static final int VERSION = 1;

    public enum Kind {
        /** Cancels the registration. */
        CANCEL(1),
        /** Lookups and repairs: undo, late effects. */
        ATTEND(1),
        /** Closes a row on an operator's word. */
        RESOLVE(1),
        /** Resends welcome messages. */
        RESEND(1),
        /** Requests a refund once more that the gateway had confirmed and reversed or failed later. */
        REFUND_AGAIN(1),
        /** Unknown although its version is known: closed with an error. */
        UNKNOWN(1);

        private final int since;

        Kind(int since) {
            this.since = since;
        }

        /** The version that a command of this kind is stored with: the oldest that can apply it, so that older instances do. */
        int since() {
            return since;
        }

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
