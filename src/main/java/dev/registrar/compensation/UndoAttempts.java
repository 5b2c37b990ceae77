package dev.registrar.compensation;

import dev.registrar.call.CallMonitor;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.AttemptFailure.Outcome;
import dev.registrar.model.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The attempts of one undo, which are not the step's: counts those of all its calls, lookups included, and keeps how they
 * failed. Workflow code.
 */
final class UndoAttempts {

    private int ofEndedCalls;
    private int ofThisCall;
    private boolean answered;
    private List<AttemptFailure> failures = List.of();

    int count() {
        return ofEndedCalls + ofThisCall;
    }

    /** The newest that failed, in their order. */
    List<AttemptFailure> failures() {
        return failures;
    }

    /** The row stays open for this reason; if the last attempt was answered, its answer is the reason. */
    void leftOpen(String errorCode, Instant at) {
        if (answered) {
            Outcome outcome = errorCode.equals(RefundExecution.FAILED) ? Outcome.SENT : Outcome.UNKNOWN;
            failures = new AttemptFailure(count(), at, outcome, null, errorCode, null).addedTo(failures);
        }
    }

    /** Follows calls of the undo, one after the other. The waits are passed on; who receives them decides what is written. */
    CallMonitor monitor(CallMonitor waits) {
        return new AttemptMonitor(waits);
    }

    private final class AttemptMonitor implements CallMonitor {

        private final CallMonitor waits;

        AttemptMonitor(CallMonitor waits) {
            this.waits = waits;
        }

        @Override
        public Step service() {
            return waits.service();
        }

        @Override
        public void attempts(int attempts) {
            ofThisCall = attempts;
            answered = false;
        }

        @Override
        public void failed(AttemptFailure failure) {
            failures = failure.after(ofEndedCalls).addedTo(failures);
        }

        @Override
        public void waits(WaitReason reason, Duration duration) {
            waits.waits(reason, duration);
        }

        @Override
        public void stillWaits() {
            waits.stillWaits();
        }

        @Override
        public void goesOn() {
            waits.goesOn();
        }

        @Override
        public void answered() {
            answered = true;
        }

        @Override
        public void ended() {
            ofEndedCalls += ofThisCall;
            ofThisCall = 0;
            waits.ended();
        }
    }
}
