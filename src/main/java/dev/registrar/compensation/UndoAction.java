package dev.registrar.compensation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.registrar.model.Step;
import java.util.Locale;

/** The actions of an undo or a repair, in order of execution. The names are part of the REST contract. */
public enum UndoAction {
    REFUND(1, Step.PAYMENT),
    DELETE_ACCOUNT(2, Step.DATABASE),
    DELETE_PROFILE(3, Step.PROFILE),
    /** Nothing to call: an operator has to find out whether the user was charged. */
    RESOLVE_PAYMENT(0, Step.PAYMENT),
    /** Not an undo: saves the missing account of a completed registration. */
    SAVE_ACCOUNT(4, Step.DATABASE);

    private final int position;
    private final Step service;

    UndoAction(int position, Step service) {
        this.position = position;
        this.service = service;
    }

    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The place in the order of an undo, lowest first. */
    int position() {
        return position;
    }

    /** The service that the undo calls. */
    public Step service() {
        return service;
    }

    @JsonCreator
    public static UndoAction of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }
}
