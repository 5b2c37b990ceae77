package dev.registrar.operations;

import dev.registrar.model.CardNumbers;
import dev.registrar.model.TextRules;
import dev.registrar.operations.OperationRefusedException.Kind;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.RegistrationFacts;
import org.jspecify.annotations.Nullable;

/**
 * Who changes something, and why. Both are kept in the audit log: 1 to 200 characters, no control characters, no card
 * numbers.
 *
 * @param actor a name that the rest of the team knows
 * @param reason what a reader needs to know in a year, for example a ticket
 * @param seenSeq the registration's {@code commandSeq} as the operator saw it; absent if it does not matter
 */
public record OperatorNote(
        String actor, String reason, @Nullable Integer seenSeq) {

    private static final int LENGTH = 200;

    /** @throws OperationRefusedException if one of the two is invalid */
    public OperatorNote {
        require("actor", actor);
        require("reason", reason);
    }

    public OperatorNote(String actor, String reason) {
        this(actor, reason, null);
    }

    /**
     * The note of a request. An authenticated caller is the actor itself, or acts for the one that is given: then the key's id is
     * appended, so that no actor can be forged.
     *
     * @param user id of the caller's key; absent if authentication is off
     * @param actor as given
     * @param reason as given, or its default
     * @throws OperationRefusedException if one of the two is missing or invalid
     */
    public static OperatorNote of(
            @Nullable String user, @Nullable String actor, @Nullable String reason, @Nullable Integer seenSeq) {
        String name = user == null || actor == null || actor.equals(user) ? actor : actor + " (key " + user + ")";
        return new OperatorNote(given("actor", name == null ? user : name), given("reason", reason), seenSeq);
    }

    private static String given(String name, @Nullable String text) {
        if (text == null) {
            throw OperationRefusedException.invalid(name + ": missing.");
        }
        return text;
    }

    /**
     * To be called with the registration's row locked.
     *
     * @throws OperationRefusedException if the registration has received commands that the operator did not see
     */
    void requireSeen(RegistrationFacts facts) {
        requireSeen(facts.commandSeq());
    }

    /** The same for the registration's {@code commandSeq}. */
    void requireSeen(int commandSeq) {
        if (seenSeq != null) {
            requireSeen(seenSeq, commandSeq);
        }
    }

    /** @throws OperationRefusedException if the number that an operator saw is no longer the registration's */
    static void requireSeen(int seen, int commandSeq) {
        if (seen != commandSeq) {
            throw changed("commandSeq is " + commandSeq + ", not " + seen + ": there are newer commands");
        }
    }

    /** The refusal of an action on something that has changed since the operator saw it. */
    static OperationRefusedException changed(String how) {
        return OperationRefusedException.wrongState(
                "changed: " + how + ". Nothing was done; check the registration again.");
    }

    /** The rule for every stored free text: {@code actor}, {@code reason}, {@code reference}. */
    static void require(String name, String text) {
        if (TextRules.isBlank(text) || !TextRules.isPlain(text) || !TextRules.isAtMost(text, LENGTH)) {
            throw new OperationRefusedException(
                    Kind.INVALID, name + ": 1 to " + LENGTH + " characters, no control characters.");
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
