package dev.registrar.operations;

import dev.registrar.model.CardNumbers;
import dev.registrar.model.TextRules;
import dev.registrar.operations.OperationRefusedException.Kind;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.RegistrationFacts;
import org.jspecify.annotations.Nullable;

/**
 * Who changes something, and why. Both are kept in the audit log for ever: 1 to 200 characters, no control characters, no
 * card numbers.
 *
 * @param actor a name that the others on call know
 * @param reason what somebody will want to read in a year, for example a ticket
 * @param seenSeq the registration's {@code commandSeq} as the operator saw it; absent if it does not matter
 */
public record OperatorNote(
        String actor, String reason, @Nullable Integer seenSeq) {

    private static final int LENGTH = 200;

    /** @throws OperationRefusedException where one of the two is not as described */
    public OperatorNote {
        require("actor", actor);
        require("reason", reason);
    }

    public OperatorNote(String actor, String reason) {
        this(actor, reason, null);
    }

    /**
     * To be asked with the registration's row locked.
     *
     * @throws OperationRefusedException if more was asked of the registration than the operator saw
     */
    void requireSeen(RegistrationFacts facts) {
        if (seenSeq != null && seenSeq != facts.commandSeq()) {
            throw OperationRefusedException.wrongState("changed: commandSeq is " + facts.commandSeq() + ", not "
                    + seenSeq + ": somebody else has asked for something since. Nothing was done; look at it again.");
        }
    }

    /** The rule of every free text that is kept: {@code actor}, {@code reason}, {@code reference}. */
    static void require(String name, String text) {
        if (TextRules.isBlank(text) || !TextRules.isPlain(text) || !TextRules.isAtMost(text, LENGTH)) {
            throw new OperationRefusedException(
                    Kind.INVALID, name + ": 1 to " + LENGTH + " characters without control characters are needed.");
        }
        if (CardNumbers.anyIn(text)) {
            throw new OperationRefusedException(Kind.INVALID, name + ": card numbers are refused.");
        }
    }

    /** As the sender of a command. */
    Sender sender() {
        return new Sender(actor, reason, null);
    }
}
