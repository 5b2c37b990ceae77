package dev.registrar.access;

/** Who may call a path of the admin port. */
public enum AdminRule {

    /** Everybody, without a key: health, which machines ask that hold none. */
    EVERYBODY,

    /** Whoever may look: operators and auditors. */
    READERS,

    OPERATORS;

    boolean admits(Caller caller) {
        return switch (this) {
            case EVERYBODY -> true;
            case READERS -> caller.role() == Role.OPERATOR || caller.role() == Role.AUDITOR;
            case OPERATORS -> caller.role() == Role.OPERATOR;
        };
    }
}
