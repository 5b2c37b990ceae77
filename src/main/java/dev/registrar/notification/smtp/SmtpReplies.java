package dev.registrar.notification.smtp;

import java.util.Map;

/**
 * What each reply code means: the tables of RFC 5321 (4.2.3), RFC 4954 (6), RFC 3207, RFC 7504 and
 * IANA's registry of enhanced codes (RFC 5248), one row per code. The
 * phase decides what a lost answer means; for an unlisted code the outcome is unknown.
 */
final class SmtpReplies {

    /** No answer: the connection was lost or the deadline passed. */
    static final int LOST = 0;

    /** The meaning of a conversation that ended without the final 250. */
    enum Meaning {
        /** Not accepted; may be retried. */
        UNAVAILABLE,
        /** Not accepted because of us or the server's setup, independent of the message. */
        BLOCKED,
        /** A definite refusal of this message. */
        REJECTED,
        /** The server may have accepted it. */
        UNKNOWN
    }

    private enum Kind {
        /** An intermediate answer: the failure came after it. */
        CONTINUES,
        TRANSIENT,
        /** About us or the server: permanent, but not about this message. */
        SETUP,
        PERMANENT
    }

    private static final Map<Integer, Kind> TABLE = Map.ofEntries(
            Map.entry(211, Kind.CONTINUES),
            Map.entry(214, Kind.CONTINUES),
            Map.entry(220, Kind.CONTINUES),
            Map.entry(221, Kind.CONTINUES),
            Map.entry(235, Kind.CONTINUES),
            Map.entry(250, Kind.CONTINUES),
            Map.entry(251, Kind.CONTINUES),
            Map.entry(252, Kind.CONTINUES),
            Map.entry(334, Kind.CONTINUES),
            Map.entry(354, Kind.CONTINUES),
            Map.entry(421, Kind.TRANSIENT),
            // A password has to be changed first (RFC 4954): a back-off would not help.
            Map.entry(422, Kind.SETUP),
            Map.entry(432, Kind.SETUP),
            Map.entry(450, Kind.TRANSIENT),
            Map.entry(451, Kind.TRANSIENT),
            Map.entry(452, Kind.TRANSIENT),
            Map.entry(454, Kind.TRANSIENT),
            Map.entry(455, Kind.TRANSIENT),
            Map.entry(500, Kind.SETUP),
            Map.entry(501, Kind.PERMANENT),
            Map.entry(502, Kind.SETUP),
            Map.entry(503, Kind.SETUP),
            Map.entry(504, Kind.SETUP),
            Map.entry(521, Kind.SETUP),
            Map.entry(523, Kind.SETUP),
            Map.entry(524, Kind.SETUP),
            Map.entry(525, Kind.SETUP),
            Map.entry(530, Kind.SETUP),
            Map.entry(534, Kind.SETUP),
            Map.entry(535, Kind.SETUP),
            Map.entry(538, Kind.SETUP),
            Map.entry(550, Kind.PERMANENT),
            Map.entry(551, Kind.PERMANENT),
            Map.entry(552, Kind.PERMANENT),
            Map.entry(553, Kind.PERMANENT),
            Map.entry(554, Kind.PERMANENT),
            Map.entry(555, Kind.PERMANENT),
            Map.entry(556, Kind.PERMANENT));

    private SmtpReplies() {}

    /**
     * @param phase the phase in which it ended
     * @param reply the server's last answer in this phase, or {@link #LOST}
     */
    static Meaning of(SmtpPhase phase, int reply) {
        if (reply == LOST) {
            return phase.mayHaveSent() ? Meaning.UNKNOWN : Meaning.UNAVAILABLE;
        }
        Kind kind = TABLE.get(reply);
        if (kind == null) {
            return Meaning.UNKNOWN;
        }
        return switch (kind) {
            case CONTINUES, TRANSIENT -> phase.mayHaveSent() ? Meaning.UNKNOWN : Meaning.UNAVAILABLE;
            // Makes no sense as an answer to the final dot, so nothing is concluded from it.
            case SETUP -> phase.mayHaveSent() ? Meaning.UNKNOWN : Meaning.BLOCKED;
            case PERMANENT -> aboutMessage(phase) ? Meaning.REJECTED : Meaning.BLOCKED;
        };
    }

    /** Whether there was a reply that the table does not name. */
    static boolean isUnlisted(int reply) {
        return reply != LOST && !TABLE.containsKey(reply);
    }

    /** Before {@code MAIL} a permanent refusal is about us: 554 as a greeting means "no mail service here". */
    private static boolean aboutMessage(SmtpPhase phase) {
        return phase.compareTo(SmtpPhase.MAIL) >= 0;
    }
}
