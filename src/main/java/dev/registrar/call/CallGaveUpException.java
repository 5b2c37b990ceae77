package dev.registrar.call;

import org.jspecify.annotations.Nullable;

/**
 * A step used up its attempts or its patience, or was rejected. Checked, because the caller has to decide what follows.
 */
public final class CallGaveUpException extends Exception {

    private final CallFailure last;
    private final int attempts;
    private final boolean unknown;

    CallGaveUpException(CallFailure last, int attempts, boolean unknown) {
        super(last.code());
        this.last = last;
        this.attempts = attempts;
        this.unknown = unknown;
    }

    /** Whether the guard refused: the undo of this registration has begun. */
    public boolean forwardRefused() {
        return last.kind() == CallFailure.Kind.FORWARD_REFUSED;
    }

    /** Whether the row of the undo is closed, or another run's: nothing must be written about this attempt. */
    public boolean undoRefused() {
        return last.kind() == CallFailure.Kind.UNDO_REFUSED;
    }

    /** The stable error code of the last failure; empty if only the step knows it. */
    public String code() {
        return last.code();
    }

    public @Nullable String providerCode() {
        return last.providerCode();
    }

    /** Calls that were made. */
    public int attempts() {
        return attempts;
    }

    /**
     * Whether any of the attempts may have had its effect. An activity reports its last failure only, so more than one
     * attempt counts as possibly unknown: a later refusal proves nothing about an earlier time-out.
     */
    public boolean unknown() {
        return unknown;
    }
}
