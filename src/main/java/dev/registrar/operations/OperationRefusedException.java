package dev.registrar.operations;

/** An operation that was not done; nothing was changed. The message is for the operator and free of personal data. */
public final class OperationRefusedException extends RuntimeException {

    public enum Kind {
        INVALID,
        UNKNOWN_ID,
        WRONG_STATE
    }

    private final Kind kind;

    OperationRefusedException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public static OperationRefusedException unknown(String what) {
        return new OperationRefusedException(Kind.UNKNOWN_ID, "There is no " + what + ".");
    }

    static OperationRefusedException wrongState(String message) {
        return new OperationRefusedException(Kind.WRONG_STATE, message);
    }

    public static OperationRefusedException invalid(String message) {
        return new OperationRefusedException(Kind.INVALID, message);
    }
}
